import fc from 'fast-check';
import { IndexSet } from '../../../src/reachability/sets/index-set';

const LIMIT = 24;
const numbers = fc.array(fc.nat(LIMIT - 1), { maxLength: 16 });

function members(set: IndexSet): number[] {
  return [...set.members()];
}

function plain(test: (index: number) => boolean): number[] {
  return Array.from({ length: LIMIT * 2 }, (_, index) => index).filter(test);
}

describe('IndexSet', () => {
  it('does what a plain set does', () => {
    fc.assert(
      fc.property(numbers, numbers, fc.nat(LIMIT), fc.nat(LIMIT), (a, b, from, to) => {
        const [left, right] = [IndexSet.of(a), IndexSet.of(b)];
        expect(members(left)).toEqual(plain((n) => a.includes(n)));
        expect(left.size).toBe(new Set(a).size);
        expect(members(left.union(right))).toEqual(plain((n) => a.includes(n) || b.includes(n)));
        expect(members(left.intersect(right))).toEqual(plain((n) => a.includes(n) && b.includes(n)));
        expect(members(left.subtract(right))).toEqual(plain((n) => a.includes(n) && !b.includes(n)));
        expect(members(left.within(from, to))).toEqual(plain((n) => a.includes(n) && from <= n && n < to));
        expect(members(left.shift(3))).toEqual(plain((n) => a.includes(n - 3)));
        expect(plain((n) => left.contains(n))).toEqual(members(left));
        const all = [left, right, IndexSet.range(from, to)];
        expect(IndexSet.unionOf(all).equals(left.union(right).union(IndexSet.range(from, to)))).toBe(true);
        expect(IndexSet.concat([left, right], [0, LIMIT]).equals(left.union(right.shift(LIMIT)))).toBe(true);
      }),
    );
  });

  it('does so between a set of few ranges and one of many', () => {
    const many = fc.uniqueArray(fc.nat(400), { minLength: 120 });
    const ranges = fc.array(fc.tuple(fc.nat(400), fc.nat(60)), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(many, ranges, (scattered, list) => {
        const large = IndexSet.of(scattered);
        const few = IndexSet.unionOf(list.map(([start, size]) => IndexSet.range(start, start + size)));
        const within = new Set(
          list.flatMap(([start, size]) => Array.from({ length: size }, (_, n) => start + n)),
        );
        const inLarge = new Set(scattered);
        const ascending = (numbers: Iterable<number>): number[] => [...numbers].sort((a, b) => a - b);
        const both = ascending(inLarge).filter((n) => within.has(n));
        expect(members(few)).toEqual(ascending(within));
        expect([members(large.intersect(few)), members(few.intersect(large))]).toEqual([both, both]);
        expect(members(few.subtract(large))).toEqual(ascending(within).filter((n) => !inLarge.has(n)));
        expect(members(large.subtract(few))).toEqual(ascending(inLarge).filter((n) => !within.has(n)));
        for (const { edges } of [large.intersect(few), few.subtract(large), large.subtract(few)])
          edges.slice(1).forEach((edge, index) => {
            expect(edge).toBeGreaterThan(edges[index] ?? Infinity);
          });
      }),
    );
  });

  it('keeps its ranges maximal', () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        for (const set of [IndexSet.of(a).union(IndexSet.of(b)), IndexSet.of(a).subtract(IndexSet.of(b))]) {
          set.edges.slice(1).forEach((edge, index) => {
            expect(edge).toBeGreaterThan(set.edges[index] ?? Infinity);
          });
        }
      }),
    );
  });
});
