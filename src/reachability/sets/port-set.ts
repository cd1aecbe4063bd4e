import { InternTable } from './intern-table';
import { MemoTable } from './memo-table';

/** Highest port number; ICMP types and codes (`type * 256 + code`) fit the same space. */
export const MAX_PORT = 65535;

/** After every edge. */
const END = MAX_PORT + 2;

/** Truth tables for ports of two sets: bit 1 for those of the first only, bit 2 of the second only, bit 3 of both. */
const EITHER = 0b1110;
const BOTH = 0b1000;
const FIRST_ONLY = 0b0010;

/**
 * An immutable set of ports 0 to 65535. Equal sets are the same object, so `===` is equality, and the operations
 * remember their results.
 */
export class PortSet {
  private static readonly interned = new InternTable<PortSet>();
  private static readonly unions = new MemoTable<PortSet>();
  private static readonly intersections = new MemoTable<PortSet>();
  private static readonly differences = new MemoTable<PortSet>();

  static readonly EMPTY = PortSet.intern([]);
  static readonly FULL = PortSet.intern([0, MAX_PORT + 1]);

  private constructor(
    readonly id: number,
    /** Starts and ends (exclusive) in turn, strictly ascending. */
    private readonly edges: readonly number[],
  ) {}

  /** The ports from `first` to `last`, both included; none when `first > last`. Cut to 0 to 65535. */
  static range(first: number, last: number): PortSet {
    const start = Math.max(0, Math.ceil(first));
    const end = Math.min(MAX_PORT, Math.floor(last)) + 1;
    return start < end ? PortSet.intern([start, end]) : PortSet.EMPTY;
  }

  private static intern(edges: readonly number[]): PortSet {
    const { interned } = PortSet;
    return interned.get(edges, () => new PortSet(interned.size, edges));
  }

  get isEmpty(): boolean {
    return this.edges.length === 0;
  }

  union(other: PortSet): PortSet {
    if (this === other || other.isEmpty) return this;
    return PortSet.unions.get(this.id, other.id, () => this.combine(other, EITHER));
  }

  intersect(other: PortSet): PortSet {
    if (this === other || this.isEmpty) return this;
    return PortSet.intersections.get(this.id, other.id, () => this.combine(other, BOTH));
  }

  subtract(other: PortSet): PortSet {
    if (this.isEmpty || other.isEmpty) return this;
    return PortSet.differences.get(this.id, other.id, () => this.combine(other, FIRST_ONLY));
  }

  contains(port: number): boolean {
    let inside = false;
    for (const edge of this.edges) {
      if (edge > port) return inside;
      inside = !inside;
    }
    return false;
  }

  /** Disjoint, maximal, ascending; both ends included. */
  ranges(): readonly { readonly first: number; readonly last: number }[] {
    const ranges = [];
    for (let index = 0; index + 1 < this.edges.length; index += 2) {
      ranges.push({ first: this.edges[index] ?? 0, last: (this.edges[index + 1] ?? 0) - 1 });
    }
    return ranges;
  }

  /** Walks the edges of both sets in order and keeps those where the combination changes. */
  private combine(other: PortSet, keep: number): PortSet {
    const [left, right] = [this.edges, other.edges];
    const edges: number[] = [];
    let [i, j, inside] = [0, 0, 0];
    while (i < left.length || j < right.length) {
      const a = i < left.length ? (left[i] ?? END) : END;
      const b = j < right.length ? (right[j] ?? END) : END;
      const edge = a < b ? a : b;
      if (a === edge) i++;
      if (b === edge) j++;
      const kept = (keep >> ((i & 1) | ((j & 1) << 1))) & 1;
      if (kept === inside) continue;
      inside = kept;
      edges.push(edge);
    }
    return PortSet.intern(edges);
  }
}
