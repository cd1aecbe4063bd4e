import { groupForIntents } from '../mapping/end-table';
import type { TrafficEnd } from '../mapping/traffic-end';
import { parseAddress, type Address } from '../../model/cidr';
import type { AddressPeer, Reachability } from '../../reachability/reachability';

/** So many servers outside are told apart one by one, so that intents which name them are known to be used. */
const MOST_SERVERS = 20_000;

/** Addresses of a log are asked for often, and few at a time. */
const MOST_REMEMBERED = 50_000;

/**
 * Tells ends of the outside, and nodes, apart as far as the policies of some models do: a log may have millions of
 * addresses, which policies treat in a few ways.
 */
export function groupByPolicies(
  models: readonly Reachability[],
): (end: TrafficEnd, role: 'client' | 'server') => string {
  const rangesOf = remembered(models);
  const servers = new Set<string>();
  return (end, role) => {
    if (end.type !== 'outside' && end.type !== 'node' && end.type !== 'api-server')
      return groupForIntents(end, role);
    const { address } = end;
    // The addresses of the API server are few, and their ports matter one by one.
    if (address === undefined || end.type === 'api-server')
      return end.type === 'outside' ? `name ${end.domain ?? ''}` : (address ?? '');
    if (role === 'server' && (servers.has(address) || servers.size < MOST_SERVERS)) {
      servers.add(address);
      return address;
    }
    return rangesOf(address);
  };
}

/** The groups of {@link groupByPolicies}, for servers outside that were told apart one by one until there were too many. */
export function coarseByPolicies(models: readonly Reachability[]): (to: TrafficEnd) => string | undefined {
  const rangesOf = remembered(models);
  return (to) => (to.type === 'outside' && to.address !== undefined ? rangesOf(to.address) : undefined);
}

function remembered(models: readonly Reachability[]): (address: string) => string {
  const known = new Map<string, string>();
  return (address) => {
    let group = known.get(address);
    if (group !== undefined) return group;
    const parsed = parseAddress(address).address;
    group =
      parsed === undefined ? address : models.map(({ addresses }) => rangeOf(addresses, parsed)).join(' ');
    if (known.size >= MOST_REMEMBERED) known.clear();
    known.set(address, group);
    return group;
  };
}

/** Which of the ranges, which are sorted and cover everything, has the address. */
function rangeOf(ranges: readonly AddressPeer[], { version, value }: Address): number {
  let [low, high] = [0, ranges.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const range = ranges[middle];
    const isAfter =
      range === undefined || range.version > version || (range.version === version && range.first > value);
    if (isAfter) high = middle - 1;
    else low = middle;
  }
  return low;
}
