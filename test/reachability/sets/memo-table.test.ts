import fc from 'fast-check';
import { InternTable } from '../../../src/reachability/sets/intern-table';
import { MemoTable } from '../../../src/reachability/sets/memo-table';

describe('MemoTable', () => {
  it('gives for each pair what was computed for just that pair, once', () => {
    const pairs = fc.array(fc.tuple(fc.nat(40), fc.nat(1 << 30)), { minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(pairs, (asked) => {
        const table = new MemoTable<string>();
        const computed = new Set<string>();
        return [...asked, ...asked].every(([a, b]) => {
          const name = `${a} ${b}`;
          const result = table.get(a, b, () => {
            if (computed.has(name)) throw new Error(`${name} was computed twice`);
            computed.add(name);
            return name;
          });
          return result === name;
        });
      }),
    );
  });

  it('keeps what was added while it computed, even where that made it grow', () => {
    const table = new MemoTable<number>();
    const result = table.get(1, 2, () => {
      for (let b = 0; b < 1000; b++) table.get(7, b, () => b);
      return -1;
    });
    expect(result).toBe(-1);
    expect(table.get(1, 2, () => 0)).toBe(-1);
    expect(Array.from({ length: 1000 }, (_, b) => table.get(7, b, () => -2))).toEqual(
      Array.from({ length: 1000 }, (_, b) => b),
    );
  });

  it('answers rightly after it has forgotten', () => {
    const table = new MemoTable<number>();
    for (let b = 0; b <= 1 << 20; b++) table.get(0, b, () => b);
    expect([table.get(0, 1 << 20, () => -1), table.get(0, 5, () => 5)]).toEqual([1 << 20, 5]);
  });
});

describe('InternTable', () => {
  it('has one value for each list of numbers', () => {
    const lists = fc.array(fc.array(fc.integer({ min: -1, max: 3 }), { maxLength: 4 }), { maxLength: 60 });
    fc.assert(
      fc.property(lists, (asked) => {
        const table = new InternTable<string>();
        const named = asked.every((list) => table.get(list, () => list.join(',')) === list.join(','));
        return named && table.size === new Set(asked.map((list) => list.join(','))).size;
      }),
    );
  });
});
