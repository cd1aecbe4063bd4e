import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS } from '../../src/cli/command-module';
import { loadCommand } from '../../src/cli/load-command';
import { cli } from './cli-run';

describe('intents', () => {
  it('lists every command and gives examples', async () => {
    const { out, err, code } = await cli(['--help']);
    expect({ err, code }).toEqual({ err: '', code: 0 });
    for (const { name, summary } of COMMANDS) expect(out).toContain(`  ${name.padEnd(14)}  ${summary}`);
    expect(out).toContain('$ intents connectivity manifests/');
  });

  it('has a file for every command it lists', () => {
    for (const { name } of COMMANDS) expect(typeof loadCommand(name).declare).toBe('function');
  });

  it.each(COMMANDS.map(({ name }) => [name]))('explains %s with examples', async (name) => {
    const { out, code } = await cli([name, '--help']);
    expect(code).toBe(0);
    expect(out).toContain(`Usage: intents ${name} `);
    expect(out).toContain('Examples:\n');
    expect((await cli(['help', name])).out).toBe(out);
  });

  it('prints its version', async () => {
    const { version } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8'));
    expect(await cli(['--version'])).toEqual({ out: `${version}\n`, err: '', code: 0 });
  });

  it('says which command may have been meant, for help about it as well', async () => {
    for (const words of [['connectivty'], ['help', 'connectivty']]) {
      const { out, err, code } = await cli(words);
      expect([out, err, code]).toEqual([
        '',
        "error: unknown command 'connectivty'\n(Did you mean connectivity?)\n",
        2,
      ]);
    }
  });

  it('shows the help and exits with 2 when no command is given', async () => {
    const { out, err, code } = await cli([]);
    expect({ out, code }).toEqual({ out: '', code: 2 });
    expect(err).toContain('Usage: intents');
  });

  it('says what was probably meant by an unknown command', async () => {
    const { err, code } = await cli(['conectivity', 'x']);
    expect(code).toBe(2);
    expect(err).toBe("error: unknown command 'conectivity'\n(Did you mean connectivity?)\n");
  });

  it('says what was probably meant by an unknown option', async () => {
    const { err, code } = await cli(['diff', 'a', 'b', '--fail-onn', 'any']);
    expect(code).toBe(2);
    expect(err).toBe(
      'error: unknown option \'--fail-onn\'\n(Did you mean --fail-on?)\n"intents diff --help" has options and examples.\n',
    );
  });

  it('shows no stack when it fails itself', async () => {
    const now = (): number => {
      throw new TypeError('boom');
    };
    const { err, code } = await cli(['connectivity', 'src'], { now });
    expect(code).toBe(2);
    expect(err).toBe(
      'error: boom\nThis is a mistake in intents itself: please report it with the command you ran.\n',
    );
  });
});
