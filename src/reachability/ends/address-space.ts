import { IndexSet } from '../sets/index-set';
import type { AddressSet } from '../../model/address-set';
import { lastAddress } from '../../model/cidr';

export type Family = 4 | 6;

export const FAMILIES: readonly Family[] = [4, 6];

/**
 * The addresses outside the cluster, cut at every edge of every block that a policy names: inside one interval no
 * policy tells addresses apart. Intervals are numbered from 0 in each family.
 */
export class AddressSpace {
  private readonly starts: Readonly<Record<Family, readonly bigint[]>>;
  private readonly indexes: Readonly<Record<Family, ReadonlyMap<bigint, number>>>;

  /**
   * @param sets every set that will be looked up.
   * @param base a space whose sets will be looked up too. Default none.
   */
  constructor(sets: readonly AddressSet[], base?: AddressSpace) {
    const edges = { 4: [0n, ...(base?.starts[4] ?? [])], 6: [0n, ...(base?.starts[6] ?? [])] };
    for (let index = 0; index < sets.length; index++) {
      for (const { version, first, last } of sets[index]?.ranges ?? []) {
        edges[version].push(first);
        if (last < lastAddress(version)) edges[version].push(last + 1n);
      }
    }
    this.starts = { 4: ascending(4, edges[4]), 6: ascending(6, edges[6]) };
    this.indexes = { 4: indexOf(this.starts[4]), 6: indexOf(this.starts[6]) };
  }

  /** A space in which these sets can be looked up too; this one when they can be here. */
  including(sets: readonly AddressSet[]): AddressSpace {
    const isKnown = (family: Family, edge: bigint): boolean =>
      edge > lastAddress(family) || this.indexes[family].has(edge);
    const known = sets.every(({ ranges }) =>
      ranges.every(({ version, first, last }) => isKnown(version, first) && isKnown(version, last + 1n)),
    );
    return known ? this : new AddressSpace(sets, this);
  }

  /** How many intervals a family has; at least one. */
  size(family: Family): number {
    return this.starts[family].length;
  }

  /** First and last address of an interval. */
  interval(family: Family, index: number): { readonly first: bigint; readonly last: bigint } {
    const next = this.starts[family][index + 1];
    return {
      first: this.starts[family][index] ?? 0n,
      last: next === undefined ? lastAddress(family) : next - 1n,
    };
  }

  /** The intervals that make up a set, one of those given at the start or made of them. */
  intervalsOf(set: AddressSet, family: Family): IndexSet {
    const edges: number[] = [];
    for (const { version, first, last } of set.ranges) {
      if (version === family) edges.push(this.indexOf(family, first), this.indexOf(family, last + 1n));
    }
    return IndexSet.ofEdges(edges);
  }

  /** The intervals that share an address with the range. */
  touching(family: Family, first: bigint, last: bigint): IndexSet {
    return IndexSet.range(this.containing(family, first), this.containing(family, last) + 1);
  }

  private indexOf(family: Family, edge: bigint): number {
    const index = this.indexes[family].get(edge);
    if (index !== undefined) return index;
    if (edge > lastAddress(family)) return this.size(family);
    throw new RangeError('An address set was looked up that was not announced.');
  }

  private containing(family: Family, address: bigint): number {
    const starts = this.starts[family];
    let [low, high] = [0, starts.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] ?? 0n) <= address) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

/** Each once. IPv4 addresses fit machine words, which are sorted far sooner. */
function ascending(family: Family, edges: bigint[]): bigint[] {
  const sorted =
    family === 4
      ? Array.from(BigUint64Array.from(edges).sort())
      : edges.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return sorted.filter((edge, index) => edge !== sorted[index - 1]);
}

function indexOf(starts: readonly bigint[]): ReadonlyMap<bigint, number> {
  const indexes = new Map<bigint, number>();
  for (let index = 0; index < starts.length; index++) indexes.set(starts[index] ?? 0n, index);
  return indexes;
}
