import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { declaredCommands, type DeclaredOption } from '../../src/cli/declared-commands';

const PAGES = join(__dirname, '../../docs/commands');

/** The page of a command, and the pages about commands that it links to. */
function textOf(name: string): string {
  const path = join(PAGES, `${name}.md`);
  const page = readFileSync(path, 'utf8');
  const linked = [...page.matchAll(/\]\(([^)#:]+\.md)(?:#[^)]*)?\)/g)].map(([, file = '']) =>
    join(dirname(path), file),
  );
  return [path, ...linked.filter((file) => existsSync(file))]
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
}

/** Written out in one of its spellings, not as a part of a longer one. */
const isNamed = (text: string, { short, long }: Pick<DeclaredOption, 'short' | 'long'>): boolean =>
  [long, short].some((flag) => flag !== undefined && new RegExp(`(?<![\\w-])${flag}(?![\\w-])`).test(text));

describe('the pages of commands', () => {
  it.each(declaredCommands().map((command) => [command.name, command] as const))(
    '%s: every option of its help is named on its page, or on one that it links to',
    (name, { options }) => {
      const text = textOf(name);
      const missing = options.filter((option) => option.long !== '--help' && !isNamed(text, option));
      expect(missing.map(({ long }) => long)).toEqual([]);
    },
  );

  it('link to pages that are there', () => {
    for (const { name } of declaredCommands()) {
      const page = readFileSync(join(PAGES, `${name}.md`), 'utf8');
      for (const [, file = ''] of page.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g))
        if (/\.(?:md|json)$/.test(file)) expect([file, existsSync(join(PAGES, file))]).toEqual([file, true]);
    }
  });
});
