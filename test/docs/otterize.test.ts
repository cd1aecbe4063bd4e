import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DIFFERENCES } from '../../src/compiler/operator/difference-reasons';

const ROOT = join(__dirname, '../..');
const page = readFileSync(join(ROOT, 'docs/otterize.md'), 'utf8');

/** The rows of the tables with tests: reference, operator, here, finding, test. */
const rows = page.split('\n').flatMap((line) => {
  const cells =
    /^\| (.+) \|$/
      .exec(line)?.[1]
      ?.split(' | ')
      .map((cell) => cell.trim()) ?? [];
  const [reference = '', , , finding = '', test = ''] = cells;
  return cells.length === 5 && /^[W\d]/.test(reference) ? [{ reference, finding, test }] : [];
});

/** The text of a test file by its name without `.test.ts`. */
function testFile(name: string): string | undefined {
  const folder = join(ROOT, 'test');
  const path = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find(
    (file) => file === `${name}.test.ts` || file.endsWith(`/${name}.test.ts`),
  );
  return path === undefined ? undefined : readFileSync(join(folder, path), 'utf8');
}

/** Whether the file has a test of that title; a title of `it.each` has `%s` where a word is filled in. */
function hasTest(text: string, title: string): boolean {
  const titles = [...text.matchAll(/\]\)\('([^']+)'|\bit\('([^']+)'/g)].map(
    ([, each, plain]) => each ?? plain ?? '',
  );
  return titles.some((pattern) => {
    const parts = pattern.split('%s').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${parts.join('.+')}$`).test(title);
  });
}

describe('docs/otterize.md', () => {
  it('has every defect of the reference (otterize-operator 10.2)', () => {
    const all = Array.from({ length: 28 }, (_, index) => `W-${index + 1}`);
    expect(rows.map(({ reference }) => reference)).toEqual(expect.arrayContaining(all));
  });

  it.each(rows.filter(({ test }) => test !== '–').map(({ reference, test }) => [reference, test]))(
    '%s: the test %s is there',
    (_reference, test) => {
      const [, file = '', title = ''] = /^`([^`]+)`: (.+)$/.exec(test) ?? [];
      const text = testFile(file);
      expect(text).toBeDefined();
      expect(hasTest(text ?? '', title)).toBe(true);
    },
  );

  it('leaves out the test only of what is about the running operator', () => {
    const without = rows.filter(({ test }) => test === '–').map(({ reference }) => reference);
    expect(without).toEqual(['W-4', 'W-23', 'W-25', 'W-26', 'W-27']);
  });

  it('names findings that there are', () => {
    const folder = join(ROOT, 'src');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts'),
    );
    const code = files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
    for (const { finding } of rows)
      for (const [, id = ''] of finding.matchAll(/`([^`]+)`/g))
        expect({ id, used: code.includes(`'${id}'`) }).toEqual({ id, used: true });
  });

  it('has a row for every difference that a finding may give as its reason', () => {
    const references = rows.map(({ reference }) => reference).join(' ');
    for (const [reason, { reference }] of Object.entries(DIFFERENCES)) {
      if (reason === 'other') continue;
      const [first = ''] = reference.split(',');
      expect({ reason, listed: references.includes(first) }).toEqual({ reason, listed: true });
    }
  });
});
