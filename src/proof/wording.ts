import { TRANSPORT } from '../compiler/resolution/declared-ports';
import { lastAddress } from '../model/cidr';
import { listSome } from '../model/list-some';
import { printAddressPeer } from '../reachability/ends/address-peer';
import { printConnections } from '../reachability/sets/connection-print';
import type { ConnectionSet } from '../reachability/sets/connection-set';
import { isAllButTunnels, TUNNELS } from '../reachability/sets/tunnels';
import type { AddressPeer } from '../reachability/reachability';

const TRANSPORT_BUT_VXLAN = TRANSPORT.subtract(TUNNELS);

/**
 * `on TCP 80; UDP 53`; `on any port` for all of TCP, UDP and SCTP; `on every port and protocol` for everything. What lacks
 * tunnels of these says so.
 */
export function onConnections(connections: ConnectionSet): string {
  if (connections.isAll) return 'on every port and protocol';
  if (isAllButTunnels(connections)) return 'on every port and protocol but tunnels';
  if (connections === TRANSPORT) return 'on any port';
  return connections === TRANSPORT_BUT_VXLAN
    ? 'on any port but UDP 4789'
    : `on ${printConnections(connections)}`;
}

/** `any address outside the cluster`, or which: `addresses outside the cluster (any IPv4 address, fd00::-fd00::f)`. */
export function outsideAddresses(ranges: readonly AddressPeer[]): string {
  const words = addressWords(ranges);
  const [only] = words;
  if (words.length === 1 && only?.startsWith('any ') === true) return `${only} outside the cluster`;
  return `addresses outside the cluster (${listSome(words)})`;
}

/** The ranges, touching ones as one; a whole family, or both, in words. */
export function addressWords(ranges: readonly AddressPeer[]): readonly string[] {
  const joined = joinRanges(ranges);
  const whole = joined.filter(isFamily).map(({ version }) => version);
  if (whole.length === 2) return ['any address'];
  return joined.map((range) =>
    isFamily(range) ? `any IPv${range.version} address` : printAddressPeer(range),
  );
}

function isFamily({ version, first, last }: AddressPeer): boolean {
  return first === 0n && last === lastAddress(version);
}

function joinRanges(ranges: readonly AddressPeer[]): AddressPeer[] {
  const sorted = [...ranges].sort((a, b) => a.version - b.version || (a.first < b.first ? -1 : 1));
  const joined: AddressPeer[] = [];
  for (const range of sorted) {
    const before = joined.at(-1);
    if (before?.version !== range.version || before.last + 1n < range.first) joined.push(range);
    else if (before.last < range.last) joined[joined.length - 1] = { ...before, last: range.last };
  }
  return joined;
}
