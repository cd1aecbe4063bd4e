import type { DraftBlock } from '../compiler/policy-draft';
import { lastOf, type Cidr } from '../model/cidr';
import type { AddressPeer } from '../reachability/reachability';

/** The parts of the ranges that lie in a block and not in what it leaves out. */
export function rangesIn(addresses: readonly AddressPeer[], { cidr, except }: DraftBlock): AddressPeer[] {
  let ranges = addresses.flatMap((range) => within(range, cidr));
  for (const hole of except) ranges = ranges.flatMap((range) => without(range, hole));
  return ranges;
}

function within(range: AddressPeer, cidr: Cidr): AddressPeer[] {
  if (range.version !== cidr.version) return [];
  const first = range.first > cidr.base ? range.first : cidr.base;
  const end = lastOf(cidr);
  const last = range.last < end ? range.last : end;
  return first > last ? [] : [{ ...range, first, last }];
}

function without(range: AddressPeer, hole: Cidr): AddressPeer[] {
  if (within(range, hole).length === 0) return [range];
  const before = { ...range, last: hole.base - 1n };
  const after = { ...range, first: lastOf(hole) + 1n };
  return [before, after].filter(({ first, last }) => first <= last);
}
