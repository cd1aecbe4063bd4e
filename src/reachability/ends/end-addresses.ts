import type { Family } from './address-space';
import type { EndClasses } from './end-class';
import { IndexSet } from '../sets/index-set';
import { AddressSet } from '../../model/address-set';
import type { Cidr } from '../../model/cidr';

/** What is in a set for certain, and what may be. `sure` is within `possible`. */
export interface Fuzzy<T> {
  readonly sure: T;
  readonly possible: T;
}

interface Range {
  readonly first: bigint;
  readonly last: bigint;
}

/** Ends of whose addresses the same is known. */
interface UnknownEnds {
  readonly ends: IndexSet;
  /** Where the address of each of them lies, in one family; empty: they have no address there, as far as is known. */
  readonly within: AddressSet;
}

/**
 * Which ends of the cluster have their address in a set of addresses. By their known addresses; a class with several
 * in one family matches for certain when all are inside. Without known ones:
 *
 * - pods by `podCidrs`: a set that covers all of a family's ranges holds every pod, one that is apart from all of them
 *   holds none, anything between stays open. Without `podCidrs` a set holds no pod, not even `0.0.0.0/0`: blocks in
 *   policies mostly mean the world outside, network plugins differ on whether they match pods
 *   (network-policy-semantics 2.1 item 8), and a finding says which assumption was made.
 * - hosts by `nodeCidrs` in the same way; without it their address may be any, so only a set of the whole family holds
 *   them for certain.
 */
export interface EndAddresses {
  /** The ends whose address of the family lies in the set. */
  in(set: AddressSet, family: Family): Fuzzy<IndexSet>;
}

const NO_END: Fuzzy<IndexSet> = { sure: IndexSet.EMPTY, possible: IndexSet.EMPTY };

/** The addresses of all ends of a model, sorted. */
export class IndexedAddresses implements EndAddresses {
  private readonly known: Readonly<
    Record<Family, readonly { readonly value: bigint; readonly end: number }[]>
  >;
  private readonly knownCount: Readonly<Record<Family, ReadonlyMap<number, number>>>;
  private readonly unknown: Readonly<Record<Family, readonly UnknownEnds[]>>;

  constructor(
    ends: EndClasses,
    private readonly options: {
      readonly podCidrs?: readonly Cidr[] | undefined;
      readonly nodeCidrs?: readonly Cidr[] | undefined;
    },
  ) {
    this.known = { 4: knownAddresses(ends, 4), 6: knownAddresses(ends, 6) };
    this.knownCount = { 4: countByEnd(this.known[4]), 6: countByEnd(this.known[6]) };
    const addressless = IndexSet.ofSorted(
      ends.classes.filter(({ addresses }) => addresses.length === 0).map(({ index }) => index),
    );
    const pods = addressless.intersect(ends.pods);
    const hosts = addressless.intersect(ends.hosts);
    this.unknown = { 4: this.unknownEnds(4, pods, hosts), 6: this.unknownEnds(6, pods, hosts) };
  }

  in(set: AddressSet, family: Family): Fuzzy<IndexSet> {
    if (this.known[family].length + this.unknown[family].length === 0) return NO_END;
    const ofFamily = set.intersect(AddressSet.all(family));
    if (ofFamily.isEmpty) return NO_END;
    const byAddress = this.byKnownAddress(ofFamily.ranges, family);
    const open = this.unknown[family].filter(({ within }) => within.overlaps(ofFamily));
    const covered = open.filter(({ within }) => ofFamily.includes(within));
    return {
      sure: IndexSet.unionOf([byAddress.sure, ...covered.map(({ ends }) => ends)]),
      possible: IndexSet.unionOf([byAddress.possible, ...open.map(({ ends }) => ends)]),
    };
  }

  private unknownEnds(family: Family, pods: IndexSet, hosts: IndexSet): UnknownEnds[] {
    const within = (cidrs: readonly Cidr[]): AddressSet =>
      cidrs.length === 0 ? AddressSet.EMPTY : AddressSet.ofCidrs(cidrs).intersect(AddressSet.all(family));
    const { podCidrs, nodeCidrs } = this.options;
    const all = [
      { ends: pods, within: within(podCidrs ?? []) },
      { ends: hosts, within: nodeCidrs === undefined ? AddressSet.all(family) : within(nodeCidrs) },
    ];
    return all.filter(({ ends, within: addresses }) => !ends.isEmpty && !addresses.isEmpty);
  }

  private byKnownAddress(ranges: readonly Range[], family: Family): Fuzzy<IndexSet> {
    const inside = new Map<number, number>();
    for (const end of this.knownWithin(ranges, family)) inside.set(end, (inside.get(end) ?? 0) + 1);
    const whole = [...inside].filter(([end, count]) => count === this.knownCount[family].get(end));
    return { sure: IndexSet.of(whole.map(([end]) => end)), possible: IndexSet.of(inside.keys()) };
  }

  private *knownWithin(ranges: readonly Range[], family: Family): Generator<number> {
    const known = this.known[family];
    if (known.length === 0) return;
    for (const { first, last } of ranges) {
      for (let index = lowerBound(known, first); index < known.length; index++) {
        const entry = known[index];
        if (entry === undefined || entry.value > last) break;
        yield entry.end;
      }
    }
  }
}

function knownAddresses(
  ends: EndClasses,
  family: Family,
): { readonly value: bigint; readonly end: number }[] {
  const all = ends.classes.flatMap(({ addresses, index }) =>
    addresses.filter(({ version }) => version === family).map(({ value }) => ({ value, end: index })),
  );
  return all.sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : a.end - b.end));
}

function countByEnd(known: readonly { readonly end: number }[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { end } of known) counts.set(end, (counts.get(end) ?? 0) + 1);
  return counts;
}

function lowerBound(sorted: readonly { readonly value: bigint }[], value: bigint): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle]?.value ?? value) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
