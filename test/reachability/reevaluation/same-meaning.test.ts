import fc from 'fast-check';
import { sameMeaning } from '../../../src/reachability/reevaluation/same-meaning';

const texts = fc.constantFrom('a', 'b', '0', 'place', 'resource', '__proto__', 'constructor');
const { data } = fc.letrec<{ data: unknown }>((tie) => ({
  data: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<unknown>('a', '1', 1, 1n, 0, '', true, false, null),
    fc.array(tie('data'), { maxLength: 3 }),
    fc.uniqueArray(fc.tuple(texts, tie('data')), { maxLength: 3, selector: ([key]) => key }).map(objectOf),
  ),
}));

/** With own properties only, whatever they are called. */
function objectOf(entries: readonly (readonly [string, unknown])[]): object {
  return Object.fromEntries(entries);
}

/** A text that is equal for data that says the same. */
function written(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(written).join(',')}]`;
  if (typeof value !== 'object' || value === null) return `${typeof value} ${String(value)}`;
  const fields = Object.entries(value).flatMap(([key, item]: [string, unknown]) =>
    item === undefined || (['place', 'resource'].includes(key) && typeof item === 'object')
      ? []
      : [`${key}: ${written(item)}`],
  );
  return `{${fields.sort().join(',')}}`;
}

describe('two pieces of data say the same', () => {
  it('when all their fields and items do, but for where they were read', () => {
    fc.assert(
      fc.property(data, data, (a, b) => {
        expect(sameMeaning(a, b)).toBe(written(a) === written(b));
        expect(sameMeaning(a, structuredClone(a))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it.each<[string, unknown, unknown, boolean]>([
    ['a text and null', 'a', null, false],
    ['null and no fields', null, {}, false],
    ['no fields and null', {}, null, false],
    ['a number and no fields', 1, {}, false],
    ['no fields and a number', {}, 1, false],
    ['two numbers', 1, 2, false],
    ['an empty text and no items', '', [], false],
    ['no items and no fields', [], {}, false],
    ['no fields and no items', {}, [], false],
    ['items and fields of their numbers', ['a'], { 0: 'a' }, false],
    ['fields and items of their numbers', { 0: 'a' }, ['a'], false],
    ['a list and its beginning', ['a', 'b'], ['a'], false],
    ['a list and one that goes on', ['a'], ['a', undefined], false],
    ['a field that is undefined and none', { a: undefined }, {}, true],
    ['none and a field that is undefined', {}, { a: undefined }, true],
    ['fields of other names that are undefined', { a: undefined }, { b: undefined }, true],
    ['an undefined field and another', { a: undefined }, { b: 'b' }, false],
    ['places', { place: { file: 'a' } }, { place: { file: 'b' } }, true],
    ['a place and none', { place: { file: 'a' } }, {}, true],
    ['labels called place', { place: 'a' }, { place: 'b' }, false],
    ['not a number and itself', [NaN], [NaN], true],
  ])('%s: as they should', (_, a, b, same) => {
    expect(sameMeaning(a, b)).toBe(same);
  });
});
