import { BOTH, combineEdges, EITHER, FIRST_ONLY } from './combine-edges';
import { InternTable } from './intern-table';

/** Highest port number; ICMP types and codes (`type * 256 + code`) fit the same space. */
export const MAX_PORT = 65535;

/**
 * An immutable set of ports 0 to 65535. Equal sets are the same object, so `===` is equality.
 */
export class PortSet {
  private static readonly interned = new InternTable<PortSet>();

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
    return this.isEmpty ? other : this.combine(other, EITHER);
  }

  intersect(other: PortSet): PortSet {
    if (this === other || this.isEmpty) return this;
    return other.isEmpty ? other : this.combine(other, BOTH);
  }

  subtract(other: PortSet): PortSet {
    if (this === other) return PortSet.EMPTY;
    return this.isEmpty || other.isEmpty ? this : this.combine(other, FIRST_ONLY);
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

  private combine(other: PortSet, keep: number): PortSet {
    return PortSet.intern(combineEdges(this.edges, other.edges, keep));
  }
}
