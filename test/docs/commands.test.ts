import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LookedUp } from '../../src/cli/look-up';
import { COMMANDS } from '../../src/cli/command-module';
import { cli, folderOf } from '../cli/cli-run';
import { shownIn, wordsOf } from './console-blocks';

const PAGES = join(__dirname, '../../docs/commands');
const pages = readdirSync(PAGES).filter((name) => name.endsWith('.md'));
const home = process.cwd();

afterEach(() => {
  process.chdir(home);
});

/** Names of the pages lead to addresses for documentation; no test asks DNS. */
const lookUp = (name: string): Promise<LookedUp> =>
  Promise.resolve(
    name === 'api.stripe.com' ? { addresses: ['203.0.113.7', '2001:db8::7'], ttl: 300 } : { addresses: [] },
  );

describe('pages of commands', () => {
  it('are there for every command', () => {
    expect(pages.sort()).toEqual(expect.arrayContaining(COMMANDS.map(({ name }) => `${name}.md`).sort()));
  });

  it.each(pages.map((page) => [page]))('%s shows what its commands print', async (page) => {
    const shown = shownIn(readFileSync(join(PAGES, page), 'utf8'));
    const files = shown.flatMap((one) => (one.type === 'file' ? [[one.name, one.text] as const] : []));
    process.chdir(folderOf(Object.fromEntries(files)));
    const commands = shown.flatMap((one) => (one.type === 'command' ? [one] : []));
    expect(commands.length).toBeGreaterThan(0);
    let lastCode = 0;
    for (const { command, output } of commands) {
      const [program, ...words] = wordsOf(command);
      if (command === 'echo $?') expect(output.trim()).toBe(String(lastCode));
      else {
        expect(program).toBe('intents');
        const { out, err, code } = await cli(words, { lookUp, today: () => '2026-06-01' });
        expect(`$ ${command}\n${out}${err}`.trimEnd()).toBe(`$ ${command}\n${output}`.trimEnd());
        lastCode = code;
      }
    }
  });
});
