import type { Family } from '../ends/address-space';
import { IndexSet } from './index-set';

/**
 * A set of possible peers: classes of ends in the cluster, as packets of each family meet them, and intervals of
 * outside addresses.
 */
export interface Region {
  readonly ends: Readonly<Record<Family, IndexSet>>;
  readonly outside: Readonly<Record<Family, IndexSet>>;
}

export const NOWHERE_REGION: Region = {
  ends: { 4: IndexSet.EMPTY, 6: IndexSet.EMPTY },
  outside: { 4: IndexSet.EMPTY, 6: IndexSet.EMPTY },
};

/** Ends that are met whatever the family, and no outside address. */
export function endsRegion(ends: IndexSet): Region {
  return ends.isEmpty ? NOWHERE_REGION : { ends: { 4: ends, 6: ends }, outside: NOWHERE_REGION.outside };
}

export function unionRegions(a: Region, b: Region): Region {
  if (a === NOWHERE_REGION) return b;
  return b === NOWHERE_REGION ? a : combine(a, b, (left, right) => left.union(right));
}

export function intersectRegions(a: Region, b: Region): Region {
  return combine(a, b, (left, right) => left.intersect(right));
}

export function subtractRegions(a: Region, b: Region): Region {
  return b === NOWHERE_REGION ? a : combine(a, b, (left, right) => left.subtract(right));
}

/** What packets of one family can meet. */
export function onlyFamily(region: Region, family: Family | undefined): Region {
  if (family === undefined) return region;
  const cut = (sets: Region['ends']): Region['ends'] => ({ ...NOWHERE_REGION.ends, [family]: sets[family] });
  return { ends: cut(region.ends), outside: cut(region.outside) };
}

export function isNowhere({ ends, outside }: Region): boolean {
  return ends[4].isEmpty && ends[6].isEmpty && outside[4].isEmpty && outside[6].isEmpty;
}

/** Whether packets of both families meet the same ends. */
export function sameInBothFamilies({ ends }: Region): boolean {
  return ends[4].equals(ends[6]);
}

function combine(a: Region, b: Region, join: (a: IndexSet, b: IndexSet) => IndexSet): Region {
  const ends = join(a.ends[4], b.ends[4]);
  const alike = a.ends[4] === a.ends[6] && b.ends[4] === b.ends[6];
  return {
    ends: { 4: ends, 6: alike ? ends : join(a.ends[6], b.ends[6]) },
    outside: { 4: join(a.outside[4], b.outside[4]), 6: join(a.outside[6], b.outside[6]) },
  };
}
