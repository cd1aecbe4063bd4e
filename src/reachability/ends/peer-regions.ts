import type { AddressSpace, Family } from './address-space';
import type { EndAddresses, Fuzzy } from './end-addresses';
import type { EndClasses } from './end-class';
import { IndexSet } from '../sets/index-set';
import {
  endsRegion,
  NOWHERE_REGION,
  subtractRegions,
  unionRegions,
  intersectRegions,
  type Region,
} from '../sets/region';
import type { AddressSet } from '../../model/address-set';

/** Turns what rules say of peers into regions. */
export class PeerRegions {
  /** Every end and every outside address. */
  readonly everything: Region;
  /** Every outside address, and hosts: whatever is not a pod. */
  readonly notPods: Region;
  /** What has the address of a node: hosts, and the addresses of `nodeCidrs`. */
  readonly nodes: Region;

  constructor(
    private readonly ends: EndClasses,
    private readonly addresses: EndAddresses,
    private readonly space: AddressSpace,
    nodeAddresses: AddressSet,
  ) {
    const outside = {
      4: IndexSet.range(0, space.size(4)),
      6: IndexSet.range(0, space.size(6)),
    };
    const all = ends.pods.union(ends.hosts);
    this.everything = { ends: { 4: all, 6: all }, outside };
    const hosts = { 4: ends.hosts, 6: ends.hosts };
    this.notPods = { ends: hosts, outside };
    this.nodes = {
      ends: hosts,
      outside: { 4: space.intervalsOf(nodeAddresses, 4), 6: space.intervalsOf(nodeAddresses, 6) },
    };
  }

  /** What has its address in the set. */
  in(set: AddressSet): Fuzzy<Region> {
    if (set.isEmpty) return nobody();
    const ends = { 4: this.addresses.in(set, 4), 6: this.addresses.in(set, 6) };
    const outside = { 4: this.space.intervalsOf(set, 4), 6: this.space.intervalsOf(set, 6) };
    return {
      sure: { ends: alike(ends[4].sure, ends[6].sure), outside },
      possible: { ends: alike(ends[4].possible, ends[6].possible), outside },
    };
  }

  /** The whole of one family. */
  family(family: Family): Region {
    const pick = (sets: Region['ends']): Region['ends'] => ({
      ...NOWHERE_REGION.ends,
      [family]: sets[family],
    });
    return { ends: pick(this.everything.ends), outside: pick(this.everything.outside) };
  }

  hosts(): Region {
    return endsRegion(this.ends.hosts);
  }
}

/** Keeps one object for both families where they agree, which later steps use as a short cut. */
function alike(four: IndexSet, six: IndexSet): Region['ends'] {
  return four.equals(six) ? { 4: four, 6: four } : { 4: four, 6: six };
}

const NOBODY: Fuzzy<Region> = { sure: NOWHERE_REGION, possible: NOWHERE_REGION };

export function nobody(): Fuzzy<Region> {
  return NOBODY;
}

export function certain(region: Region): Fuzzy<Region> {
  return { sure: region, possible: region };
}

/** What may be in the region, with nothing sure. */
export function atMost(region: Region): Fuzzy<Region> {
  return { sure: NOWHERE_REGION, possible: region };
}

export function union(a: Fuzzy<Region>, b: Fuzzy<Region>): Fuzzy<Region> {
  if (b === NOBODY) return a;
  return join(a, b, unionRegions);
}

export function intersect(a: Fuzzy<Region>, b: Fuzzy<Region>): Fuzzy<Region> {
  return join(a, b, intersectRegions);
}

/** What is in `a` and not in `b`: sure only where `b` is impossible. */
export function subtract(a: Fuzzy<Region>, b: Fuzzy<Region>): Fuzzy<Region> {
  return { sure: subtractRegions(a.sure, b.possible), possible: subtractRegions(a.possible, b.sure) };
}

export function mapFuzzy(a: Fuzzy<Region>, change: (region: Region) => Region): Fuzzy<Region> {
  const sure = change(a.sure);
  return { sure, possible: a.possible === a.sure ? sure : change(a.possible) };
}

function join(a: Fuzzy<Region>, b: Fuzzy<Region>, by: (a: Region, b: Region) => Region): Fuzzy<Region> {
  const sure = by(a.sure, b.sure);
  return {
    sure,
    possible: a.sure === a.possible && b.sure === b.possible ? sure : by(a.possible, b.possible),
  };
}
