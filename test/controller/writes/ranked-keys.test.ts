import * as fc from 'fast-check';
import { RankedKeys } from '../../../src/controller/writes/ranked-keys';

const anything = (): boolean => true;

describe('keys by rank', () => {
  it('gives the lowest rank first, and of one rank what came first', () => {
    const keys = new RankedKeys();
    for (const [key, rank] of [
      ['status', 2],
      ['pod 1', 1],
      ['policy', 0],
      ['pod 2', 1],
    ] as const)
      keys.add(key, rank);
    const order = Array.from({ length: 5 }, () => keys.take(anything)?.key);
    expect(order).toEqual(['policy', 'pod 1', 'pod 2', 'status', undefined]);
  });

  it('passes ranks that may not be worked on now', () => {
    const keys = new RankedKeys();
    keys.add('proof', 1);
    keys.add('status', 2);
    expect(keys.take((rank) => rank !== 1)).toEqual({ key: 'status', rank: 2 });
    expect(keys.take((rank) => rank !== 1)).toBeUndefined();
    expect(keys.size).toBe(1);
  });

  it('is what a list of keys in the order of rank and coming is, whatever is added, deleted and taken', () => {
    const step = fc.oneof(
      fc.record({ type: fc.constant('add' as const), key: fc.nat(9), rank: fc.nat(2) }),
      fc.record({ type: fc.constant('delete' as const), key: fc.nat(9) }),
      fc.record({ type: fc.constant('take' as const) }),
      fc.record({ type: fc.constant('clear' as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const keys = new RankedKeys();
        let list: { readonly key: string; readonly rank: number }[] = [];
        for (const one of steps) {
          if (one.type === 'add') {
            const key = String(one.key);
            keys.add(key, one.rank);
            if (!list.some((other) => other.key === key)) list.push({ key, rank: one.rank });
          } else if (one.type === 'delete') {
            keys.delete(String(one.key));
            list = list.filter(({ key }) => key !== String(one.key));
          } else if (one.type === 'clear') {
            keys.clear();
            list = [];
          } else {
            const expected = [...list].sort((a, b) => a.rank - b.rank)[0];
            expect(keys.take(anything)).toEqual(expected);
            list = list.filter((other) => other !== expected);
          }
          expect([...keys.keys()]).toEqual(list.map(({ key }) => key));
        }
      }),
    );
  });
});
