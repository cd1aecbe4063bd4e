import { InternTable } from '../../../src/reachability/sets/intern-table';

/** Enough lists that some have the hash of others, of 30 bits: about ten pairs of them. */
const COUNT = 150_000;

/** Lists of one to three numbers, always the same ones. */
function lists(): number[][] {
  let state = 12345;
  const next = (): number => (state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff);
  return Array.from({ length: COUNT }, (_, index) => Array.from({ length: 1 + (index % 3) }, next));
}

describe('a table of values by lists of numbers', () => {
  it('has one value for each list, whatever their hashes', () => {
    const table = new InternTable<string>();
    const all = lists();
    const wrong = all.filter((list) => table.get(list, () => list.join()) !== list.join());
    expect(wrong).toEqual([]);
    expect(table.size).toBe(new Set(all.map((list) => list.join())).size);
  });

  it('makes each value once', () => {
    const table = new InternTable<object>();
    const all = lists();
    const made = all.map((list) => table.get(list, () => ({})));
    const size = table.size;
    const other = all.filter((list, index) => table.get([...list], () => ({})) !== made[index]);
    expect(other).toEqual([]);
    expect(table.size).toBe(size);
  });

  it('tells a list from its beginning, and an empty one from all', () => {
    const table = new InternTable<number>();
    const values = [[], [0], [0, 0], [1], [0, 1], [1, 0]].map((list) => table.get(list, () => table.size));
    expect(values).toEqual([0, 1, 2, 3, 4, 5]);
    expect(table.get([0, 0], () => 99)).toBe(2);
  });
});
