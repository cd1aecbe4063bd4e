import { type ConnectionSet, PROTOCOL, type PortRange } from '../reachability/sets/connection-set';
import { NAMED_PROTOCOLS } from '../reachability/sets/connection-print';

/** ICMP type and code. */
export interface IcmpJson {
  readonly type: number;
  readonly code: number;
}

/** One range of ports of one protocol. */
export interface PortJson {
  /** `TCP`, `UDP`, `SCTP`, `ICMP`, `ICMPv6`, `UDPLite`, or the protocol number. */
  readonly protocol: string | number;
  /** 0 to 65535; for ICMP and ICMPv6 `type * 256 + code`. A protocol without ports is always whole: 0 to 65535. */
  readonly first: number;
  readonly last: number;
  /** For ICMP and ICMPv6 the same range as types and codes. */
  readonly icmp?: { readonly first: IcmpJson; readonly last: IcmpJson };
}

/** `all` is every protocol and port. */
export type PortsJson = 'all' | readonly PortJson[];

const KNOWN = new WeakMap<ConnectionSet, PortsJson>();

/** The connections as the JSON of every command carries them; ranges are disjoint, maximal, by protocol and port. */
export function portsJson(connections: ConnectionSet): PortsJson {
  const known = KNOWN.get(connections);
  if (known !== undefined) return known;
  const ports = connections.isAll ? 'all' : connections.ranges().map(portJson);
  KNOWN.set(connections, ports);
  return ports;
}

function portJson({ protocol, first, last }: PortRange): PortJson {
  const range = { protocol: NAMED_PROTOCOLS.get(protocol) ?? protocol, first, last };
  return protocol === PROTOCOL.icmp || protocol === PROTOCOL.icmpv6
    ? { ...range, icmp: { first: icmpJson(first), last: icmpJson(last) } }
    : range;
}

function icmpJson(port: number): IcmpJson {
  return { type: Math.floor(port / 256), code: port % 256 };
}
