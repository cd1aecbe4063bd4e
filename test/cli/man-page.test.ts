import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { declaredCommands } from '../../src/cli/declared-commands';
import { writeManPages } from '../../src/cli/write-man-pages';
import { folderOf } from './cli-run';

const hasMan = spawnSync('man', ['--version']).status === 0;

/** The page as man prints it, without the underlining of typewriters, and what man complains about. */
function shown(file: string): { readonly text: string; readonly complaints: string } {
  const { stdout, stderr } = spawnSync('man', ['--warnings', '-P', 'cat', '-l', file], {
    encoding: 'utf8',
    env: { ...process.env, MANWIDTH: '100', LC_ALL: 'C.UTF-8' },
  });
  return { text: stdout.replace(/.\x08/g, ''), complaints: stderr };
}

describe('pages of the manual', () => {
  const folder = folderOf({});
  const names = writeManPages(folder);

  it('are those that the package names, one for each command and one for the program', () => {
    const { man } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8'));
    expect(man).toEqual(names.map((name) => `lib/man/${name}`));
    expect(names).toHaveLength(declaredCommands().length + 1);
  });

  it('let nothing be taken for a request: lines begin with one of ours or with text', () => {
    for (const name of names)
      for (const line of readFileSync(join(folder, name), 'utf8').split('\n'))
        if (/^[.']/.test(line)) expect(line).toMatch(/^\.(?:TH|SH|TP|BR?|nf|fi|br)(?: |$)/);
  });

  (hasMan ? it : it.skip)(
    'are printed by man without complaint, with every option and the examples',
    () => {
      for (const { name, options } of declaredCommands()) {
        const { text, complaints } = shown(join(folder, `intents-${name}.1`));
        expect([name, complaints]).toEqual([name, '']);
        for (const { long } of options) expect(text).toContain(long);
        expect(text).toContain(`$ intents ${name}`);
      }
    },
    60_000,
  );
});
