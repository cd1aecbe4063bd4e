import { combineEdges, EITHER } from './combine-edges';
import { countUpTo } from './count-up-to';

/**
 * An immutable set of whole numbers from 0, kept as sorted, disjoint and maximal ranges. Classes of pods stand in an
 * order that makes what policies select (namespaces, address blocks) a few ranges, so that operations cost little
 * however many members there are.
 */
export class IndexSet {
  static readonly EMPTY = new IndexSet([]);

  private constructor(
    /** Starts and ends (exclusive) in turn, strictly ascending. */
    readonly edges: readonly number[],
  ) {}

  /** The numbers from `start` to `end`, the end excluded. */
  static range(start: number, end: number): IndexSet {
    return start < end ? new IndexSet([start, end]) : IndexSet.EMPTY;
  }

  static single(index: number): IndexSet {
    return new IndexSet([index, index + 1]);
  }

  /** From numbers in ascending order; repeats are dropped. */
  static ofSorted(indexes: readonly number[]): IndexSet {
    const edges: number[] = [];
    let end = -1;
    for (let at = 0; at < indexes.length; at++) {
      const index = indexes[at] ?? 0;
      if (index < end) continue;
      if (end === index) edges[edges.length - 1] = index + 1;
      else edges.push(index, index + 1);
      end = index + 1;
    }
    return IndexSet.ofEdges(edges);
  }

  static of(indexes: Iterable<number>): IndexSet {
    return IndexSet.ofSorted([...indexes].sort((a, b) => a - b));
  }

  /** From edges that already are as {@link edges} says. */
  static ofEdges(edges: readonly number[]): IndexSet {
    return edges.length === 0 ? IndexSet.EMPTY : new IndexSet(edges);
  }

  /** The union of any number of sets, cheaper than one after the other. */
  static unionOf(sets: readonly IndexSet[]): IndexSet {
    if (sets.length <= 2) return (sets[0] ?? IndexSet.EMPTY).union(sets[1] ?? IndexSet.EMPTY);
    const filled = sets.filter((set) => !set.isEmpty);
    if (filled.length <= 2) return (filled[0] ?? IndexSet.EMPTY).union(filled[1] ?? IndexSet.EMPTY);
    return IndexSet.ofEdges(sweepUnion(filled));
  }

  /** The union of sets, each moved up by its offset, of which each then lies wholly before the next. */
  static concat(sets: readonly IndexSet[], offsets: readonly number[]): IndexSet {
    const edges: number[] = [];
    for (let at = 0; at < sets.length; at++) {
      const own = sets[at]?.edges ?? [];
      const offset = offsets[at] ?? 0;
      let index = 0;
      if (own.length > 0 && edges[edges.length - 1] === (own[0] ?? 0) + offset) {
        edges.pop();
        index = 1;
      }
      for (; index < own.length; index++) edges.push((own[index] ?? 0) + offset);
    }
    return IndexSet.ofEdges(edges);
  }

  get isEmpty(): boolean {
    return this.edges.length === 0;
  }

  /** How many numbers are in the set. */
  get size(): number {
    let size = 0;
    for (const [start, end] of this.ranges()) size += end - start;
    return size;
  }

  /** `[start, end)` pairs, ascending. */
  *ranges(): Generator<readonly [number, number]> {
    for (let index = 0; index + 1 < this.edges.length; index += 2) {
      yield [this.edges[index] ?? 0, this.edges[index + 1] ?? 0];
    }
  }

  /** The members, ascending. */
  *members(): Generator<number> {
    for (const [start, end] of this.ranges()) for (let index = start; index < end; index++) yield index;
  }

  contains(index: number): boolean {
    return this.edgesUpTo(index) % 2 === 1;
  }

  union(other: IndexSet): IndexSet {
    if (this === other || other.isEmpty) return this;
    return this.isEmpty ? other : IndexSet.ofEdges(combineEdges(this.edges, other.edges, EITHER));
  }

  intersect(other: IndexSet): IndexSet {
    if (this === other || this.isEmpty) return this;
    if (other.isEmpty) return other;
    const [few, many] = this.edges.length <= other.edges.length ? [this, other] : [other, this];
    return few.edges.length === 2 ? many.within(few.first, few.end) : many.inRangesOf(few);
  }

  subtract(other: IndexSet): IndexSet {
    if (this === other) return IndexSet.EMPTY;
    if (this.isEmpty || other.isEmpty) return this;
    if (other.end <= this.first || this.end <= other.first) return this;
    return this.without(other);
  }

  equals(other: IndexSet): boolean {
    return (
      this === other ||
      (this.edges.length === other.edges.length &&
        this.edges.every((edge, index) => edge === other.edges[index]))
    );
  }

  /** Every member moved up by `offset`. */
  shift(offset: number): IndexSet {
    return offset === 0 || this.isEmpty ? this : new IndexSet(this.edges.map((edge) => edge + offset));
  }

  /** The members from `start` to `end`, the end excluded; costs only what is kept. */
  within(start: number, end: number): IndexSet {
    if (start <= this.first && this.end <= end) return this;
    const from = this.edgesUpTo(start);
    const to = this.edgesUpTo(end - 1);
    const edges = this.edges.slice(from, to);
    if (from % 2 === 1) edges.unshift(start);
    if (to % 2 === 1) edges.push(end);
    return start < end ? IndexSet.ofEdges(edges) : IndexSet.EMPTY;
  }

  /** The lowest member; 0 of the empty set. */
  private get first(): number {
    return this.edges[0] ?? 0;
  }

  /** The number after the highest member; 0 of the empty set. */
  private get end(): number {
    return this.edges[this.edges.length - 1] ?? 0;
  }

  /** How many edges are at or below `index`: odd inside a range. @param from so many are known to be */
  private edgesUpTo(index: number, from = 0): number {
    return countUpTo(this.edges, index, from);
  }

  /** The members in the ranges of a set that has no more than this one: each is looked up. */
  private inRangesOf(few: IndexSet): IndexSet {
    const edges: number[] = [];
    let next = 0;
    for (let index = 0; index + 1 < few.edges.length && next < this.edges.length; index += 2) {
      const [start, end] = [few.edges[index] ?? 0, few.edges[index + 1] ?? 0];
      next = this.edgesUpTo(start, next);
      if (next % 2 === 1) edges.push(start);
      for (; (this.edges[next] ?? end) < end; next++) edges.push(this.edges[next] ?? end);
      if (next % 2 === 1) edges.push(end);
    }
    return IndexSet.ofEdges(edges);
  }

  /** The members that are not in another set: each range here is looked up there. */
  private without(other: IndexSet): IndexSet {
    const edges: number[] = [];
    let next = 0;
    for (let index = 0; index + 1 < this.edges.length; index += 2) {
      const [start, end] = [this.edges[index] ?? 0, this.edges[index + 1] ?? 0];
      next = other.edgesUpTo(start, next);
      if (next % 2 === 0) edges.push(start);
      for (; (other.edges[next] ?? end) < end; next++) edges.push(other.edges[next] ?? end);
      if (next % 2 === 0) edges.push(end);
    }
    return IndexSet.ofEdges(edges);
  }
}

/** Numbers that stand for edges, to be sorted. */
export type Events = Int32Array | Float64Array;

/** Room for `count` events below `limit`: small ones are sorted sooner. */
export function eventsBelow(limit: number, count: number): Events {
  return limit <= 0x7fffffff ? new Int32Array(count) : new Float64Array(count);
}

/** The edges of all sets, ascending, each as `edge * number of sets + index of the set`: for sweeps over many sets. */
export function edgesOf(sets: readonly IndexSet[]): Events {
  const events = eventsFor(sets, sets.length);
  let next = 0;
  for (let index = 0; index < sets.length; index++) {
    const { edges } = sets[index] ?? IndexSet.EMPTY;
    for (let edge = 0; edge < edges.length; edge++) {
      events[next++] = (edges[edge] ?? 0) * sets.length + index;
    }
  }
  return events.sort();
}

/** Room for one number below `edge * factor + factor` for each edge of the sets. */
function eventsFor(sets: readonly IndexSet[], factor: number): Events {
  let count = 0;
  let highest = 0;
  for (let index = 0; index < sets.length; index++) {
    const { edges } = sets[index] ?? IndexSet.EMPTY;
    count += edges.length;
    highest = Math.max(highest, edges[edges.length - 1] ?? 0);
  }
  return eventsBelow((highest + 1) * factor, count);
}

/** The edges of the union: where the number of sets around goes up from none, or down to none. */
function sweepUnion(sets: readonly IndexSet[]): number[] {
  // Beginnings come before endings at the same number, so that sets which touch become one range.
  const events = eventsFor(sets, 2);
  let next = 0;
  for (let index = 0; index < sets.length; index++) {
    const { edges } = sets[index] ?? IndexSet.EMPTY;
    for (let edge = 0; edge < edges.length; edge++) events[next++] = (edges[edge] ?? 0) * 2 + (edge & 1);
  }
  events.sort();
  const union: number[] = [];
  let around = 0;
  for (let index = 0; index < events.length; index++) {
    const event = events[index] ?? 0;
    const isEnd = event % 2 === 1;
    around += isEnd ? -1 : 1;
    if (around === (isEnd ? 0 : 1)) union.push((event - (isEnd ? 1 : 0)) / 2);
  }
  return union;
}
