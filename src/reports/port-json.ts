import { type ConnectionSet, PROTOCOL, type PortRange } from '../reachability/sets/connection-set';
import { NAMED_PROTOCOLS } from '../reachability/sets/connection-print';
import type { Verdict } from '../reachability/reachability';
import { isAllButTunnels, isOpen, TUNNELS } from '../reachability/sets/tunnels';

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

/** `all` is every protocol and port, without what stands beside it in `except`. */
export type PortsJson = 'all' | readonly PortJson[];

const KNOWN = new WeakMap<ConnectionSet, PortsJson>();

/** What is missing from `all`. */
export interface ExceptJson {
  readonly except?: readonly PortJson[];
}

/** Field `ports` of the JSON of every command, with `except` where something is missing from `all`. */
export interface PortsFields extends ExceptJson {
  readonly ports: PortsJson;
}

const TUNNELS_JSON = TUNNELS.ranges().map(portJson);

/** The connections as fields of an object. */
export function portsFields(connections: ConnectionSet): PortsFields {
  return { ports: portsJson(connections), ...exceptJson(connections) };
}

/** What a verdict allows and what it leaves open, as fields of an object: `all` is never both. */
export function verdictFields({
  allowed,
  undecided,
}: Verdict): PortsFields & { readonly undecided: PortsJson } {
  return {
    ports: portsJson(allowed),
    undecided: portsJson(undecided),
    ...exceptJson(isAllButTunnels(undecided) ? undecided : allowed),
  };
}

/**
 * What is everything but tunnels has more than 250 ranges, one for nearly every protocol, and is most of what Calico's pods
 * may send: so `all` stands for it, with the tunnels beside it.
 */
function exceptJson(connections: ConnectionSet): ExceptJson {
  return isAllButTunnels(connections) ? { except: TUNNELS_JSON } : {};
}

/** Ranges are disjoint, maximal, by protocol and port. */
function portsJson(connections: ConnectionSet): PortsJson {
  const known = KNOWN.get(connections);
  if (known !== undefined) return known;
  const ports = isOpen(connections) ? 'all' : connections.ranges().map(portJson);
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
