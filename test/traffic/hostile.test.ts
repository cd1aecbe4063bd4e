import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { FileContent } from '../../src/traffic/file-content';
import type { FlowItem } from '../../src/traffic/flow-record';
import { ALL_FORMATS } from '../../src/traffic/formats/all-formats';
import { FORMAT_NAMES, type FormatChoice } from '../../src/traffic/formats/flow-format';

const FIXTURES = join(__dirname, 'fixtures');
const samples = readdirSync(FIXTURES).map((name) => readFileSync(join(FIXTURES, name)));

function read(content: string | Uint8Array, choice: FormatChoice = 'auto'): FlowItem[] {
  const items: FlowItem[] = [];
  const reading = new FileContent(
    'hostile',
    choice,
    (item) => items.push(item),
    () => undefined,
  );
  reading.push(Buffer.from(content));
  reading.end();
  return items;
}

/** What every item must be, whatever it was read from. */
function expectSound(items: readonly FlowItem[]): void {
  for (const item of items) {
    expect(item.place.line).toBeGreaterThan(0);
    if (item.kind === 'skipped' || item.kind === 'unreadable') expect(item.reason).toMatch(/^[ -~…]+$/);
    else if (item.kind === 'flow') {
      expect(Number.isSafeInteger(item.count) && item.count >= 0).toBe(true);
      for (const time of [item.time, item.last])
        expect(time === undefined || (time >= 0 && time < 253_402_300_800_000)).toBe(true);
      for (const { port } of [item.source, item.destination])
        expect(port === undefined || (port >= 1 && port <= 65_535)).toBe(true);
    }
  }
}

const choices = fc.constantFrom<FormatChoice>('auto', ...FORMAT_NAMES);

describe('flow logs from somebody who means harm', () => {
  it('end as records or as reasons in our own words, whatever is changed in good ones', () => {
    const change = fc.record({ at: fc.nat(), drop: fc.nat(20), add: fc.uint8Array({ maxLength: 20 }) });
    fc.assert(
      fc.property(
        fc.constantFrom(...samples),
        fc.array(change, { maxLength: 8 }),
        choices,
        (sample, changes, choice) => {
          let bytes: Buffer = sample;
          for (const { at, drop, add } of changes) {
            const place = at % (bytes.length + 1);
            bytes = Buffer.concat([bytes.subarray(0, place), add, bytes.subarray(place + drop)]);
          }
          expectSound(read(bytes, choice));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('end so as well when any value of a record is another', () => {
    const lines = samples
      .flatMap((sample) => sample.toString().split('\n'))
      .filter((line) => line.startsWith('{"'));
    const objects = lines.flatMap((line) => {
      try {
        return [JSON.parse(line) as object];
      } catch {
        return [];
      }
    });
    const nasty = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom<unknown>(
        -1,
        1e308,
        70_000,
        '',
        '-',
        '__proto__',
        'constructor',
        '\u0000',
        '\u001b[2J',
        'a: !!x',
        [],
        {},
        null,
      ),
    );
    const paths = (value: unknown): string[][] =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([key, inner]) => [
            [key],
            ...paths(inner).map((path) => [key, ...path]),
          ])
        : [];
    const changed = fc
      .constantFrom(...objects)
      .chain((object) => fc.tuple(fc.constant(object), fc.constantFrom(...paths(object)), nasty));
    fc.assert(
      fc.property(changed, choices, ([object, path, value], choice) => {
        const copy = JSON.parse(JSON.stringify(object)) as Record<string, unknown>;
        let inner = copy;
        for (const key of path.slice(0, -1)) inner = inner[key] as Record<string, unknown>;
        inner[path.at(-1) as string] = value;
        const items = read(`${JSON.stringify(copy)}\n`, choice);
        expectSound(items);
        expect(items.length).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });

  it('are data where they are names: terminal escapes, YAML, NUL, and keys of every object', () => {
    for (const name of [
      '\u001b[31mred\u0007',
      'a: b # c\n- d',
      '\u0000',
      '__proto__',
      'constructor',
      '${x}',
      '{{ x }}',
    ]) {
      const line = JSON.stringify({ source_pod: name, to: 'x/y', port: 80 });
      expect(read(`${line}\n`)).toMatchObject([{ kind: 'flow', source: { pod: name } }]);
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    read('{"__proto__":{"polluted":true},"from":"a/b","to":"c/d"}\n');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('do not stop at a line of a megabyte, at one that is no text, or at one nested without end', () => {
    const good = '{"from":"a/b","to":"c/d","port":80}\n';
    const bytes = Buffer.concat([
      Buffer.from(good),
      Buffer.from(`{"from":"${'x'.repeat(1_200_000)}"}\n`),
      Buffer.from([0x7b, 0xff, 0xfe, 0x0a]),
      Buffer.from(`${'{"a":'.repeat(100_000)}\n${'['.repeat(100_000)}\n`),
      Buffer.from(good),
    ]);
    expect(read(bytes).map((item) => (item.kind === 'unreadable' ? item.reason : item.kind))).toEqual([
      'flow',
      'it is longer than 1 MB',
      'it is not UTF-8',
      'it is no JSON',
      'it is no JSON',
      'flow',
    ]);
  });

  it('cost no more than in proportion to their length', () => {
    // Texts on which a pattern that goes back and forth would take for ever; the test runner's limit would end it.
    const nasty = [
      '"',
      '\\"',
      '"\\',
      '[',
      ' ',
      '=',
      'src=',
      '|',
      '.',
      '\u00e4',
      '{"log":',
      '[pod/',
      '1',
      '-',
    ];
    for (const piece of nasty)
      for (const format of ALL_FORMATS) {
        const line = piece.repeat(Math.floor(100_000 / piece.length));
        const start = format.title.includes('text') ? '[2026-01-31T12:00:00.123Z] "' : '';
        expectSound(read(`${start}${line}\n`, format.name));
      }
  });
});
