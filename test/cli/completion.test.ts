import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS } from '../../src/cli/command-module';
import { candidates } from '../../src/cli/completion-candidates';
import { declaredCommands } from '../../src/cli/declared-commands';
import { cli, folderOf } from './cli-run';

const FILES = { 'a.yaml': '', 'with space.yaml': '', 'dist/b.yaml': '' };
const has = (program: string): boolean => spawnSync(program, ['--version']).status === 0;

async function script(shell: string): Promise<string> {
  const { out, code } = await cli(['completion', shell]);
  expect(code).toBe(0);
  return out;
}

/** Runs the function as bash does when somebody presses tab behind the last word. */
async function bash(...words: string[]): Promise<string[]> {
  const folder = folderOf({ ...FILES, 'completion.bash': await script('bash') });
  const quoted = ['intents', ...words].map((word) => `'${word}'`).join(' ');
  const { stdout, stderr } = spawnSync(
    'bash',
    [
      '--noprofile',
      '--norc',
      '-c',
      `set -u; source completion.bash; rm completion.bash; COMP_WORDS=(${quoted}); COMP_CWORD=${words.length}; _intents; printf '%s\\n' "\${COMPREPLY[@]}"`,
    ],
    { cwd: folder, encoding: 'utf8' },
  );
  expect(stderr).toBe('');
  return stdout.split('\n').filter((line) => line !== '');
}

describe('completion for bash', () => {
  it('offers every command, and those that begin like the word', async () => {
    expect(await bash('')).toEqual([...COMMANDS.map(({ name }) => name), 'help', '--help', '--version']);
    expect(await bash('co')).toEqual(['compile', 'convert', 'connectivity', 'controller', 'completion']);
    expect(await bash('help', 'di')).toEqual(['diff']);
  });

  it('offers the options of a command', async () => {
    expect(await bash('diff', '--fa')).toEqual(['--fail-on']);
    expect(await bash('drift', 'dist', '--a')).toEqual(['--against', '--app']);
  });

  it('offers the values of an option, after a blank and after an equals sign', async () => {
    const forms = ['text', 'json', 'markdown', 'dot', 'sarif'];
    expect(await bash('diff', '-o', '')).toEqual(forms);
    expect(await bash('diff', 'a.yaml', '--output', 'm')).toEqual(['markdown']);
    expect(await bash('diff', '--output', '=')).toEqual(forms);
    expect(await bash('diff', '--output', '=', 'j')).toEqual(['json']);
    expect(await bash('completion', 'z')).toEqual(['zsh']);
  });

  it('offers files where files go, blanks in their names included, and nothing where anything else goes', async () => {
    expect((await bash('diff', '')).sort()).toEqual(['a.yaml', 'dist', 'with space.yaml']);
    expect(await bash('diff', 'w')).toEqual(['with space.yaml']);
    expect(await bash('drift', '--against', 'dist/')).toEqual(['dist/b.yaml']);
    expect(await bash('diff', '--namespace', '')).toEqual([]);
    expect(await bash('nonsense', '')).toEqual([]);
  });

  it('is bound to both names of the program', async () => {
    expect(await script('bash')).toMatch(/^complete -o filenames -F _intents intents kubectl-intents$/m);
  });
});

describe('completion for zsh and fish', () => {
  const inFile = async (shell: string): Promise<string> => {
    const file = join(folderOf(FILES), `completion.${shell}`);
    writeFileSync(file, await script(shell));
    return file;
  };

  it('names every command and every long option', async () => {
    for (const shell of ['zsh', 'fish']) {
      const text = await script(shell);
      for (const { name, options } of declaredCommands()) {
        expect(text).toContain(name);
        for (const { long } of options)
          expect(text).toContain(shell === 'zsh' ? long : `-l ${long.slice(2)}`);
      }
    }
  });

  (has('zsh') ? it : it.skip)('is read by zsh, and bound', async () => {
    const file = await inFile('zsh');
    const { stdout, stderr, status } = spawnSync(
      'zsh',
      [
        '-fc',
        `autoload -Uz compinit && compinit -D -u; source ${file}; print $_comps[intents] $_comps[kubectl-intents]`,
      ],
      { encoding: 'utf8' },
    );
    expect([stdout, stderr, status]).toEqual(['_intents _intents\n', '', 0]);
  });

  (has('fish') ? it : it.skip)('offers in fish what it offers in bash', async () => {
    const file = await inFile('fish');
    const complete = (line: string): string[] =>
      spawnSync('fish', ['--no-config', '-c', `source ${file}; complete -C '${line}'`], {
        encoding: 'utf8',
        cwd: folderOf(FILES),
      })
        .stdout.split('\n')
        .flatMap((row) => (row === '' ? [] : [row.split('\t')[0] ?? '']));
    expect(complete('intents co').sort()).toEqual((await bash('co')).sort());
    expect(complete('intents diff -o ').sort()).toEqual((await bash('diff', '-o', '')).sort());
    expect(complete('intents diff --fa')).toEqual(['--fail-on']);
    expect(complete('intents diff a')).toEqual(['a.yaml']);
  });
});

describe('candidates for kubectl', () => {
  const commands = declaredCommands();

  it.each([
    [['']],
    [['co']],
    [['diff', '--fa']],
    [['diff', '-o', '']],
    [['completion', 'z']],
    [['help', 'di']],
  ])('are those of bash: %j', async (words) => {
    expect(candidates(words, commands)).toEqual({ words: await bash(...words), files: false });
  });

  it('let the shell offer files where files go', () => {
    expect(candidates(['diff', ''], commands)).toEqual({ words: [], files: true });
    expect(candidates(['diff', '--namespace', ''], commands)).toEqual({ words: [], files: false });
    expect(candidates(['nonsense', ''], commands)).toEqual({ words: [], files: false });
  });
});

describe('intents completion with bad input', () => {
  it.each([
    [['completion', 'csh'], /Allowed choices are bash, zsh, fish/],
    [['completion'], /missing required/],
  ])('%j ends with 2', async (words, message) => {
    const { err, code } = await cli(words);
    expect(err).toMatch(message);
    expect(code).toBe(2);
  });
});
