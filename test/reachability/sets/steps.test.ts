import fc from 'fast-check';
import { IndexSet } from '../../../src/reachability/sets/index-set';
import {
  partition,
  piecesWithin,
  StepTable,
  valueAt,
  type Numbered,
  type Steps,
} from '../../../src/reachability/sets/steps';

const SIZE = 24;
const VALUES: readonly Numbered[] = Array.from({ length: 4 }, (_, id) => ({ id }));
/** The value of every number, as a plain list. */
const plain = fc.array(fc.nat(VALUES.length - 1), { minLength: SIZE, maxLength: SIZE });
const someNumbers = fc.array(fc.nat(SIZE - 1), { maxLength: 16 });

const valueOf = (id: number): Numbered => VALUES[id]!;

/** Ranges of one number each, which the table is to join. */
function stepsOf(table: StepTable<Numbered>, list: readonly number[]): Steps<Numbered> {
  return table.of([...list.keys()], list.map(valueOf));
}

function spread(steps: Steps<Numbered>): (number | undefined)[] {
  return Array.from({ length: SIZE }, (_, index) => valueAt(steps, index)?.id);
}

describe('StepTable', () => {
  it('does what plain lists do', () => {
    const table = new StepTable<Numbered>(SIZE);
    fc.assert(
      fc.property(plain, plain, someNumbers, (a, b, members) => {
        const [left, right] = [stepsOf(table, a), stepsOf(table, b)];
        expect(spread(left)).toEqual(a);
        const zipped = table.zip(left, right, (x, y) => valueOf(Math.max(x.id, y.id)));
        expect(spread(zipped)).toEqual(a.map((id, index) => Math.max(id, b[index]!)));
        expect(spread(table.map(left, ({ id }) => valueOf(3 - id)))).toEqual(a.map((id) => 3 - id));
        const domain = IndexSet.of(members);
        const parts = new Map(
          [...partition(left, domain)].map(([value, edges]) => [value, IndexSet.ofEdges(edges)]),
        );
        expect([...parts].map(([{ id }, set]) => [id, [...set.members()]])).toEqual(
          [...new Set([...domain.members()].map((index) => a[index]!))].map((id) => [
            id,
            [...domain.members()].filter((index) => a[index] === id),
          ]),
        );
        for (const set of parts.values()) expect(set.equals(IndexSet.of(set.members()))).toBe(true);
        const pieces = [...piecesWithin(left, domain)];
        expect(
          pieces.flatMap(({ start, end, value: { id } }) =>
            Array.from({ length: end - start }, (_, index) => [start + index, id]),
          ),
        ).toEqual([...domain.members()].map((index) => [index, a[index]]));
      }),
    );
  });

  it('makes equal functions the same object, with neighbours that differ', () => {
    const table = new StepTable<Numbered>(SIZE);
    fc.assert(
      fc.property(plain, plain, (a, b) => {
        const [left, right] = [stepsOf(table, a), stepsOf(table, b)];
        expect(left === right).toBe(a.every((id, index) => id === b[index]));
        expect(stepsOf(table, [...a])).toBe(left);
        left.values.slice(1).forEach((value, index) => {
          expect(value).not.toBe(left.values[index]);
        });
      }),
    );
  });

  it('tells functions apart whose hashes are equal', () => {
    const table = new StepTable<Numbered>(SIZE);
    const [low, high] = [{ id: 5 }, { id: 36 }];
    // The hash is 31 * (… + start) + id, so one start less makes up for 31 more of the id.
    const first = table.of([0, 10], [valueOf(0), low]);
    const second = table.of([0, 9], [valueOf(0), high]);
    expect(first).not.toBe(second);
    expect([valueAt(first, 9), valueAt(first, 10)]).toEqual([valueOf(0), low]);
    expect([valueAt(second, 8), valueAt(second, 9)]).toEqual([valueOf(0), high]);
    expect(table.of([0, 10], [valueOf(0), low])).toBe(first);
    expect(table.of([0, 9], [valueOf(0), high])).toBe(second);
  });

  it('drops empty ranges, but for a first that is all there is', () => {
    const table = new StepTable<Numbered>(SIZE);
    expect(table.of([0, 5, 5], [valueOf(0), valueOf(1), valueOf(2)])).toBe(
      table.of([0, 5], [valueOf(0), valueOf(2)]),
    );
    expect(table.of([0, SIZE], [valueOf(0), valueOf(1)])).toBe(table.constant(valueOf(0)));
  });
});
