import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PAGE = join(__dirname, '../../../docs/real-applications.md');

/** The tables of `docs/real-applications.md` that tests compute, in the order of the page. */
export const TABLES = [
  'online-boutique-cut-off',
  'online-boutique-differences',
  'online-boutique-egress',
  'kube-prometheus-policies',
  'kube-prometheus-cut-off',
  'argo-cd-cut-off',
  'ingress-nginx-synth',
  'openings',
] as const;

export type TableName = (typeof TABLES)[number];

/** The page, for tests of the page itself. */
export function readPage(): string {
  return readFileSync(PAGE, 'utf8');
}

/**
 * Expects the table of that name in the page to have exactly these rows, in this order. With UPDATE_DOCS=1 it is written
 * anew instead (run them one after the other then: `--runInBand`, and format the page). The width of columns does not count: that is the formatter's.
 */
export function expectTable(
  name: TableName,
  header: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const table = [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  const page = readPage();
  const [begin, end] = [`<!-- table: ${name} -->\n`, `<!-- end: ${name} -->`];
  const [before, rest] = splitOnce(page, begin);
  const [written, after] = splitOnce(rest, end);
  if (process.env['UPDATE_DOCS'] === '1') {
    writeFileSync(PAGE, `${before}${begin}\n${table.join('\n')}\n\n${end}${after}`);
    return;
  }
  expect(
    written
      .split('\n')
      .map(narrow)
      .filter((line) => line !== ''),
  ).toEqual(table);
}

/** A line without the padding of its columns. */
function narrow(line: string): string {
  return line.replace(/ +/g, ' ').replace(/-{3,}/g, '---').trim();
}

function splitOnce(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  if (at < 0 || text.indexOf(mark, at + 1) >= 0)
    throw new Error(`docs/real-applications.md must have ${JSON.stringify(mark)} exactly once`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}
