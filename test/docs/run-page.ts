import { readFileSync, writeFileSync } from 'node:fs';
import { cli, folderOf } from '../cli/cli-run';
import { shownIn, wordsOf, type ShownCommand } from './console-blocks';

/**
 * The page as it would be if every command in it were run anew, one after the other, in a folder with the files that the
 * page shows. Equal to the page when what it shows is true.
 */
export async function runPage(page: string): Promise<string> {
  const shown = shownIn(page);
  const files = shown.flatMap((one) => (one.type === 'file' ? [[one.name, one.text] as const] : []));
  const home = process.cwd();
  process.chdir(folderOf(Object.fromEntries(files)));
  try {
    let [done, rest, lastCode] = ['', page, 0];
    for (const one of shown) {
      if (one.type !== 'command') continue;
      const { printed, code } = await run(one, lastCode);
      lastCode = code;
      const before = `$ ${one.command}\n${one.output}`;
      const at = rest.indexOf(before);
      done += `${rest.slice(0, at)}$ ${one.command}\n${printed}`;
      rest = rest.slice(at + before.length);
    }
    return done + rest;
  } finally {
    process.chdir(home);
  }
}

async function run(
  { command }: ShownCommand,
  lastCode: number,
): Promise<{ readonly printed: string; readonly code: number }> {
  if (command === 'echo $?') return { printed: `${lastCode}\n`, code: 0 };
  const [, written = command, file] = /^(.*) > (\S+)$/.exec(command) ?? [];
  const [program, ...words] = wordsOf(written);
  if (program === 'cat')
    return { printed: words.map((name) => readFileSync(name, 'utf8')).join(''), code: 0 };
  expect(program).toBe('intents');
  const { out, err, code } = await cli(words);
  if (file !== undefined) writeFileSync(file, out);
  const printed = `${file === undefined ? out : ''}${err}`.trimEnd();
  return { printed: printed === '' ? '' : `${printed}\n`, code };
}
