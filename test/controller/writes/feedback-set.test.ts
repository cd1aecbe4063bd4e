import fc from 'fast-check';
import { feedbackSet } from '../../../src/controller/writes/feedback-set';

type Edges = readonly (readonly [before: string, after: string])[];

function graphOf(edges: Edges, cost: (node: string) => number = () => 1) {
  const before = new Map<string, Set<string>>();
  for (const [from, to] of edges) before.set(to, (before.get(to) ?? new Set<string>()).add(from));
  return { before, cost };
}

/** By taking away whatever has nothing before it, as long as there is any. */
function hasCircle(edges: Edges): boolean {
  let left = edges;
  for (;;) {
    const next = left.filter(([from]) => left.some(([, to]) => to === from));
    if (next.length === left.length) return left.length > 0;
    left = next;
  }
}

describe('nodes without which a graph has no circle', () => {
  it('are none where it has none, and one where it has one', () => {
    expect(feedbackSet(graphOf([['a', 'b'], ['b', 'c'], ['a', 'c']]))).toEqual(new Set()); // prettier-ignore
    expect(feedbackSet(graphOf([['a', 'b'], ['b', 'c'], ['c', 'a']])).size).toBe(1); // prettier-ignore
    expect(feedbackSet(graphOf([['a', 'a'], ['a', 'b']]))).toEqual(new Set(['a'])); // prettier-ignore
  });

  it('are the cheapest of a circle', () => {
    const cost = (node: string): number => (node === 'c' ? 1 : 10);
    const ring: Edges = [['a', 'b'], ['b', 'c'], ['c', 'd'], ['d', 'a']]; // prettier-ignore
    expect(feedbackSet(graphOf(ring, cost))).toEqual(new Set(['c']));
  });

  it('are no more than must be of a grid whose rows and columns are rings', () => {
    const edges = Array.from({ length: 200 }, (_, at) => at).flatMap((at): Edges => {
      const [row, column] = [Math.floor(at / 10), at % 10];
      return [
        [`${row}/${column}`, `${row}/${(column + 1) % 10}`],
        [`${row}/${column}`, `${(row + 1) % 20}/${column}`],
      ];
    });
    // Each of the 20 rows is a ring that has no node in common with another.
    expect(feedbackSet(graphOf(edges)).size).toBe(20);
  });

  it('leave no circle, whatever the graph and the costs, and are the same whatever the order', () => {
    const node = fc.integer({ min: 0, max: 9 }).map(String);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(node, node), { maxLength: 40 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 10, maxLength: 10 }),
        (edges, costs) => {
          const cost = (one: string): number => costs[Number(one)] ?? 1;
          const chosen = feedbackSet(graphOf(edges, cost));
          const left = edges.filter(([from, to]) => !chosen.has(from) && !chosen.has(to));
          expect(hasCircle(left)).toBe(false);
          if (!hasCircle(edges)) expect(chosen.size).toBe(0);
          expect(feedbackSet(graphOf([...edges].reverse(), cost))).toEqual(chosen);
        },
      ),
      { numRuns: 500 },
    );
  });
});
