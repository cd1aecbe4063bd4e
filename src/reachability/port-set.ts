import { MemoTable } from './memo-table';

/** Highest port number; ICMP types and codes (`type * 256 + code`) fit the same space. */
export const MAX_PORT = 65535;

/**
 * An immutable set of ports 0 to 65535. Equal sets are the same object, so `===` is equality, and the operations
 * remember their results.
 */
export class PortSet {
  private static readonly interned = new Map<string, PortSet>();
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
    const key = edges.join(',');
    const known = PortSet.interned.get(key);
    if (known !== undefined) return known;
    const set = new PortSet(PortSet.interned.size, edges);
    PortSet.interned.set(key, set);
    return set;
  }

  get isEmpty(): boolean {
    return this.edges.length === 0;
  }

  union(other: PortSet): PortSet {
    if (this === other || other.isEmpty) return this;
    return PortSet.unions.get(this.id, other.id, () => this.combine(other, (a, b) => a || b));
  }

  intersect(other: PortSet): PortSet {
    if (this === other || this.isEmpty) return this;
    return PortSet.intersections.get(this.id, other.id, () => this.combine(other, (a, b) => a && b));
  }

  subtract(other: PortSet): PortSet {
    if (this.isEmpty || other.isEmpty) return this;
    return PortSet.differences.get(this.id, other.id, () => this.combine(other, (a, b) => a && !b));
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
  private combine(other: PortSet, keep: (a: boolean, b: boolean) => boolean): PortSet {
    const edges: number[] = [];
    let [i, j, inside] = [0, 0, false];
    while (i < this.edges.length || j < other.edges.length) {
      const edge = Math.min(this.edges[i] ?? Infinity, other.edges[j] ?? Infinity);
      if (this.edges[i] === edge) i++;
      if (other.edges[j] === edge) j++;
      if (keep(i % 2 === 1, j % 2 === 1) === inside) continue;
      inside = !inside;
      edges.push(edge);
    }
    return PortSet.intern(edges);
  }
}
