import { IndexSet } from './index-set';

/** Something numbered, with equal things being the same object. */
export interface Numbered {
  readonly id: number;
}

/** A function on the numbers from 0 that is constant over long ranges. Made by a {@link StepTable}. */
export interface Steps<T extends Numbered> {
  readonly id: number;
  /** Where each range starts; the first at 0. */
  readonly starts: readonly number[];
  /** Its value; neighbours differ. */
  readonly values: readonly T[];
}

/** Makes step functions such that equal ones are the same object. */
export class StepTable<T extends Numbered> {
  private readonly interned = new Map<number, Steps<T>[]>();
  private count = 0;

  constructor(
    /** The functions cover the numbers from 0 to here, the end excluded. */
    readonly size: number,
  ) {}

  constant(value: T): Steps<T> {
    return this.of([0], [value]);
  }

  /** From ranges in order, the first starting at 0; equal neighbours are joined, empty ranges dropped. */
  of(starts: readonly number[], values: readonly T[]): Steps<T> {
    const keptStarts: number[] = [];
    const keptValues: T[] = [];
    let last: T | undefined;
    for (let index = 0; index < values.length; index++) {
      const value = values[index];
      const start = starts[index] ?? 0;
      if (value === undefined || value === last) continue;
      if ((starts[index + 1] ?? this.size) <= start && index > 0) continue;
      keptStarts.push(start);
      keptValues.push(value);
      last = value;
    }
    return this.intern(keptStarts, keptValues);
  }

  /** `join` of the two values everywhere. */
  zip(a: Steps<T>, b: Steps<T>, join: (a: T, b: T) => T): Steps<T> {
    const starts: number[] = [];
    const values: T[] = [];
    let i = 0;
    let j = 0;
    let start = 0;
    for (;;) {
      const left = a.values[i];
      const right = b.values[j];
      if (left === undefined || right === undefined) break;
      starts.push(start);
      values.push(join(left, right));
      const nextLeft = a.starts[i + 1] ?? Infinity;
      const nextRight = b.starts[j + 1] ?? Infinity;
      if (nextLeft === Infinity && nextRight === Infinity) break;
      start = Math.min(nextLeft, nextRight);
      if (nextLeft === start) i++;
      if (nextRight === start) j++;
    }
    return this.of(starts, values);
  }

  map(steps: Steps<T>, change: (value: T) => T): Steps<T> {
    return this.of(steps.starts, steps.values.map(change));
  }

  private intern(starts: readonly number[], values: readonly T[]): Steps<T> {
    const hash = hashOf(starts, values);
    const bucket = this.interned.get(hash);
    if (bucket !== undefined)
      for (const known of bucket)
        if (isSame(known.starts, starts) && isSame(known.values, values)) return known;
    const steps = { id: this.count++, starts, values };
    if (bucket === undefined) this.interned.set(hash, [steps]);
    else bucket.push(steps);
    return steps;
  }
}

/** Spreads step functions over 32 bits: long ones are compared often, and their text would cost more. */
function hashOf(starts: readonly number[], values: readonly Numbered[]): number {
  let hash = values.length;
  for (const start of starts) hash = (Math.imul(hash, 31) + start) | 0;
  for (const { id } of values) hash = (Math.imul(hash, 31) + id) | 0;
  return hash;
}

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}

/** The value at a number. */
export function valueAt<T extends Numbered>(steps: Steps<T>, index: number): T | undefined {
  return steps.values[stepAt(steps, index)];
}

/** Which range of the function holds the number. @param from a range known not to come after it */
export function stepAt<T extends Numbered>({ starts }: Steps<T>, index: number, from = 0): number {
  let low = from;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? Infinity) <= index) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** One range over which a function has one value. */
export interface Piecewise<T> {
  readonly start: number;
  /** Excluded. */
  readonly end: number;
  readonly value: T;
}

/** The ranges of the function inside a set. */
export function* piecesWithin<T extends Numbered>(
  steps: Steps<T>,
  domain: IndexSet,
): Generator<Piecewise<T>> {
  for (let edge = 0; edge + 1 < domain.edges.length; edge += 2) {
    let start = domain.edges[edge] ?? 0;
    const end = domain.edges[edge + 1] ?? start;
    let index = stepAt(steps, start);
    while (start < end) {
      const value = steps.values[index];
      if (value === undefined) return;
      const next = Math.min(end, steps.starts[index + 1] ?? Infinity);
      yield { start, end: next, value };
      start = next;
      index++;
    }
  }
}

/** The members of `domain` by their value, in the order in which values first come up. */
export function partition<T extends Numbered>(steps: Steps<T>, domain: IndexSet): ReadonlyMap<T, IndexSet> {
  const edges = new Map<T, number[]>();
  for (const { start, end, value } of piecesWithin(steps, domain)) {
    const list = edges.get(value);
    if (list === undefined) edges.set(value, [start, end]);
    else if (list.at(-1) === start) list[list.length - 1] = end;
    else list.push(start, end);
  }
  return new Map([...edges].map(([value, list]) => [value, IndexSet.ofEdges(list)]));
}
