import { join, relative } from 'node:path';
import { readFlows, type FormatChoice } from '../../../src/traffic/read-flows';
import type { FlowItem } from '../../../src/traffic/flow-record';

const FOLDER = join(__dirname, '../fixtures');

/** Items of a file of test/traffic/fixtures by their lines, without what is undefined and without places. */
export interface ReadFixture {
  readonly format: string | undefined;
  readonly items: readonly Record<string, any>[];
  /** The items of one line. */
  readonly at: (line: number) => Record<string, any>[];
}

export async function readFixture(name: string, format: FormatChoice = 'auto'): Promise<ReadFixture> {
  let said: string | undefined;
  const items: Record<string, any>[] = [];
  const path = relative(process.cwd(), join(FOLDER, name));
  await readFlows([path], (item) => items.push(plain(item)), {
    format,
    onFile: (file) => (said = file.format),
  });
  return { format: said, items, at: (line) => items.filter(({ place }) => place.line === line) };
}

/** As JSON has it: fields that are undefined are not there. */
export function plain(item: FlowItem): Record<string, any> {
  return JSON.parse(JSON.stringify(item));
}
