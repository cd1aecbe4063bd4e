import fc from 'fast-check';
import { JsonValues } from '../../src/traffic/json-values';
import type { LineFault } from '../../src/traffic/line-splitter';

type Found = readonly [value: unknown, line: number] | readonly [fault: LineFault, line: number];

function split(
  text: string,
  { longest, size = text.length || 1 }: { longest?: number; size?: number } = {},
): Found[] {
  const found: Found[] = [];
  const values = new JsonValues(
    (value, line, fault) => found.push([fault ?? JSON.parse(value), line]),
    longest,
  );
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) values.push(bytes.subarray(at, at + size));
  values.end();
  return found;
}

const values = (text: string): unknown[] => split(text).map(([value]) => value);

describe('splitting JSON into its objects', () => {
  it('finds objects one after another, laid out in any way', () => {
    expect(split('{"a":1}{"a":2}\n{\n  "a": 3\n}\n')).toEqual([
      [{ a: 1 }, 1],
      [{ a: 2 }, 1],
      [{ a: 3 }, 2],
    ]);
  });

  it('finds items of a list, and of the lists of records in answers', () => {
    expect(values('[{"a":1},\n{"b":{"c":[{}]}}]')).toEqual([{ a: 1 }, { b: { c: [{}] } }]);
    expect(values('{"total":{"n":2},"items":[{"a":1},{"a":2}],"next":{"x":[{}]}}')).toEqual([
      { a: 1 },
      { a: 2 },
    ]);
    expect(values('{"status":"success","data":{"resultType":"vector","result":[{"a":1}]}}{"b":1}')).toEqual([
      { a: 1 },
      { b: 1 },
    ]);
    expect(values('{"hits":{"total":1,"hits":[{"_source":{}}]}}')).toEqual([{ _source: {} }]);
  });

  it('does not take another list for one of these', () => {
    expect(values('{"flow":{"items":[{"a":1}]}}')).toEqual([{ flow: { items: [{ a: 1 }] } }]);
    expect(values('{"a":"items","b":[{}]}')).toEqual([{ a: 'items', b: [{}] }]);
  });

  it('is the same in whatever pieces the text comes, as a list, one after another, and laid out', () => {
    const object = fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true });
    fc.assert(
      fc.property(fc.array(object), fc.integer({ min: 1, max: 50 }), fc.nat(2), (objects, size, form) => {
        // Keys that lead to a list of records make an answer of an object.
        fc.pre(!objects.some((one) => ['items', 'flows', 'data', 'hits'].some((key) => key in one)));
        const clean = JSON.parse(JSON.stringify(objects));
        const text = [
          JSON.stringify(objects),
          objects.map((one) => JSON.stringify(one)).join('\n'),
          JSON.stringify(objects, null, 2),
        ][form] as string;
        expect(split(text, { size }).map(([value]) => value)).toEqual(clean);
      }),
    );
  });

  it('says of an object that it breaks off, and finds the next one that begins a line', () => {
    expect(split('{"a":1}\n{"b": {"c": "d\n{"e":1}\n{"f":')).toEqual([
      [{ a: 1 }, 1],
      ['cut-off', 2],
      [{ e: 1 }, 3],
      ['cut-off', 4],
    ]);
  });

  it('passes over an object that is too long', () => {
    const text = `[{"a":"${'x'.repeat(100)}"},{"b":1}]`;
    expect(split(text, { longest: 50 })).toEqual([
      ['too-long', 1],
      [{ b: 1 }, 1],
    ]);
    expect(split(text, { longest: 50, size: 7 })).toEqual([
      ['too-long', 1],
      [{ b: 1 }, 1],
    ]);
  });

  it('says once a line that there is something else', () => {
    expect(split('nonsense "here" \n{"a":1} ] }\n["b", 3, {"c":1}]')).toEqual([
      ['stray', 1],
      [{ a: 1 }, 2],
      ['stray', 2],
      ['stray', 3],
      [{ c: 1 }, 3],
    ]);
  });
});
