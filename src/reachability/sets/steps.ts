import { countUpTo } from './count-up-to';
import type { IndexSet } from './index-set';

/** After every number that a function covers; engines keep numbers up to here without a box. */
const END = 0x7fffffff;

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
  /** The function being made, in lists that are used again and again; only the first `draftLength` count. */
  private readonly draftStarts: number[] = [];
  private readonly draftValues: T[] = [];
  private draftLength = 0;

  constructor(
    /** The functions cover the numbers from 0 to here, the end excluded. */
    readonly size: number,
  ) {}

  constant(value: T): Steps<T> {
    return this.of([0], [value]);
  }

  /** From ranges in order, the first starting at 0; equal neighbours are joined, empty ranges dropped. */
  of(starts: readonly number[], values: readonly T[]): Steps<T> {
    this.begin();
    for (let index = 0; index < values.length; index++) {
      const value = values[index];
      const start = starts[index] ?? 0;
      if ((starts[index + 1] ?? this.size) <= start && index > 0) continue;
      if (value !== undefined) this.add(start, value);
    }
    return this.done();
  }

  /** Begins a function to which ranges are added ({@link add}); none may be made otherwise before it is {@link done}. */
  begin(): void {
    this.draftLength = 0;
  }

  /** `join` of the two values everywhere. It must not make step functions itself. */
  zip<A extends Numbered, B extends Numbered>(a: Steps<A>, b: Steps<B>, join: (a: A, b: B) => T): Steps<T> {
    this.begin();
    let i = 0;
    let j = 0;
    let start = 0;
    for (;;) {
      const left = a.values[i];
      const right = b.values[j];
      if (left === undefined || right === undefined) break;
      this.add(start, join(left, right));
      const nextLeft = i + 1 < a.starts.length ? (a.starts[i + 1] ?? END) : END;
      const nextRight = j + 1 < b.starts.length ? (b.starts[j + 1] ?? END) : END;
      if (nextLeft === END && nextRight === END) break;
      start = nextLeft < nextRight ? nextLeft : nextRight;
      if (nextLeft === start) i++;
      if (nextRight === start) j++;
    }
    return this.done();
  }

  /** `change` of the value everywhere. It must not make step functions itself. */
  map<S extends Numbered>({ starts, values }: Steps<S>, change: (value: S) => T): Steps<T> {
    this.begin();
    for (let index = 0; index < values.length; index++) {
      const value = values[index];
      if (value !== undefined) this.add(starts[index] ?? 0, change(value));
    }
    return this.done();
  }

  /** Adds a range to the function begun, unless it goes on with the value of the last. The first starts at 0. */
  add(start: number, value: T): void {
    const length = this.draftLength;
    if (length > 0 && this.draftValues[length - 1] === value) return;
    this.draftStarts[length] = start;
    this.draftValues[length] = value;
    this.draftLength = length + 1;
  }

  /** The function begun, or the one that is equal to it. */
  done(): Steps<T> {
    const { draftStarts, draftValues, draftLength: length } = this;
    const hash = hashOf(draftStarts, draftValues, length);
    const bucket = this.interned.get(hash);
    if (bucket !== undefined)
      for (const known of bucket)
        if (isPrefix(known.starts, draftStarts, length) && isPrefix(known.values, draftValues, length))
          return known;
    const steps = {
      id: this.count++,
      starts: draftStarts.slice(0, length),
      values: draftValues.slice(0, length),
    };
    if (bucket === undefined) this.interned.set(hash, [steps]);
    else bucket.push(steps);
    return steps;
  }
}

/** Spreads step functions over 30 bits: long ones are compared often, and their text would cost more. */
function hashOf(starts: readonly number[], values: readonly Numbered[], length: number): number {
  let hash = length;
  for (let index = 0; index < length; index++) {
    hash = (Math.imul(hash, 31) + (starts[index] ?? 0)) | 0;
    hash = (Math.imul(hash, 31) + (values[index]?.id ?? 0)) | 0;
  }
  return hash & 0x3fffffff;
}

/** Whether a list is the first `length` of a draft, and no more. */
function isPrefix(list: readonly unknown[], draft: readonly unknown[], length: number): boolean {
  if (list.length !== length) return false;
  for (let index = 0; index < length; index++) if (list[index] !== draft[index]) return false;
  return true;
}

/** The value at a number. */
export function valueAt<T extends Numbered>(steps: Steps<T>, index: number): T | undefined {
  return steps.values[stepAt(steps, index)];
}

/** Which range of the function holds the number. @param from so many ranges are known to begin at or below it; default none */
export function stepAt<T extends Numbered>({ starts }: Steps<T>, index: number, from = 0): number {
  return countUpTo(starts, index, from) - 1;
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

/**
 * The members of `domain` (their edges, as in an `IndexSet`) by their value, in the order in which values first come up.
 * Members and ranges that do not meet are jumped over.
 *
 * @param isWanted whether members with the value are looked for; default all
 */
export function partition<T extends Numbered>(
  { starts, values }: Steps<T>,
  { edges }: IndexSet,
  isWanted: (value: T) => boolean = () => true,
): Map<T, number[]> {
  const parts = new Map<T, number[]>();
  let begun = 0;
  let index = 0;
  for (let at = edges[0] ?? END; at < END;) {
    index = countUpTo(starts, at, index);
    const value = values[index - 1];
    if (value === undefined) break;
    let next = starts[index] ?? END;
    if (isWanted(value)) {
      next = Math.min(next, edges[countUpTo(edges, at, begun)] ?? END);
      addRange(parts, value, at, next);
    }
    begun = countUpTo(edges, next, begun);
    at = begun % 2 === 1 ? next : (edges[begun] ?? END);
  }
  return parts;
}

/** Adds a range that comes after those that are known, to the edges of its value. */
function addRange<T>(edges: Map<T, number[]>, value: T, start: number, end: number): void {
  const list = edges.get(value);
  if (list === undefined) edges.set(value, [start, end]);
  else if (list[list.length - 1] === start) list[list.length - 1] = end;
  else list.push(start, end);
}
