import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cli } from '../cli/cli-run';
import { parseChecked } from '../cli/json-schema';
import { parseSarif } from './sarif-schema';

const GOLDEN = join(__dirname, 'golden');
const home = process.cwd();

/** What a command prints in each of its forms, against reviewed files that UPDATE_GOLDEN=1 writes anew. */
const REPORTS: readonly {
  readonly folder: 'check' | 'diff';
  readonly words: readonly string[];
  readonly forms: Readonly<Record<string, string>>;
}[] = [
  {
    folder: 'check',
    words: ['check', 'input.yaml', '--no-config'],
    forms: { text: 'txt', json: 'json', markdown: 'md', sarif: 'sarif', junit: 'xml' },
  },
  {
    folder: 'diff',
    words: ['diff', 'before.yaml', 'after.yaml'],
    forms: { text: 'txt', json: 'json', markdown: 'md', sarif: 'sarif', dot: 'dot' },
  },
];

const CASES = REPORTS.flatMap(({ folder, words, forms }) =>
  Object.entries(forms).map(([form, ending]) => ({ folder, words, form, ending })),
);

describe('reports', () => {
  beforeEach(() => {
    process.chdir(home);
  });
  afterEach(() => {
    process.chdir(home);
  });

  it.each(CASES)('of $folder as $form are as reviewed', async ({ folder, words, form, ending }) => {
    process.chdir(join(GOLDEN, folder));
    const { out } = await cli([...words, '-o', form]);
    const golden = join(GOLDEN, folder, `output.${ending}`);
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, out);
    expect(out).toBe(readFileSync(golden, 'utf8'));
    if (form === 'sarif') parseSarif(out);
    if (form === 'json') parseChecked(folder, out);
    if (form === 'junit') expect(unclosed(out)).toEqual([]);
  });
});

/** Elements of an XML text that are opened and not closed, or closed in the wrong order. */
function unclosed(xml: string): string[] {
  const open: string[] = [];
  for (const [, slash, name = '', rest = ''] of xml.matchAll(/<(\/?)([\w-]+)((?:[^<>"]|"[^<"]*")*)>/g)) {
    if (slash === '/' && open.at(-1) === name) open.pop();
    else if (!rest.endsWith('/')) open.push(name);
  }
  return open;
}
