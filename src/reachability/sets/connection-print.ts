import { ConnectionSet, PROTOCOL, type PortRange } from './connection-set';
import { MAX_PORT } from './port-set';
import { isAllButTunnels } from './tunnels';
import { VXLAN_PORT } from '../../policies/calico/felix-configuration';

/** Protocols that have a name, by number. */
export const NAMED_PROTOCOLS: ReadonlyMap<number, string> = new Map([
  [PROTOCOL.tcp, 'TCP'],
  [PROTOCOL.udp, 'UDP'],
  [PROTOCOL.sctp, 'SCTP'],
  [PROTOCOL.icmp, 'ICMP'],
  [PROTOCOL.icmpv6, 'ICMPv6'],
  [PROTOCOL.udplite, 'UDPLite'],
]);

/** What people read for everything but VXLAN and IP in IP (./tunnels.ts). */
export const ALL_BUT_TUNNELS = 'all but tunnels';

/** `TCP`, `ICMPv6`, or `protocol 47` for one without a common name. */
export function protocolName(protocol: number): string {
  return NAMED_PROTOCOLS.get(protocol) ?? `protocol ${protocol}`;
}

/**
 * The set for people: `TCP 80, 443-445; UDP 53`, `all`, `none`; what is nearly everything reads `all but TCP 22`, and
 * without VXLAN and IP in IP, but with all else, `all but tunnels`. All of UDP without VXLAN reads `UDP but 4789`.
 * TCP, UDP and SCTP come first, then the others by number.
 */
export function printConnections(connections: ConnectionSet): string {
  if (connections.isAll) return 'all';
  if (connections.isEmpty) return 'none';
  if (isAllButTunnels(connections)) return ALL_BUT_TUNNELS;
  // More than half of the protocols: saying what is missing is shorter.
  if (connections.contains(0, 0) && connections.contains(255, 0)) {
    return `all but ${printRanges(ConnectionSet.ALL.subtract(connections).ranges())}`;
  }
  return printRanges(connections.ranges());
}

function printRanges(ranges: readonly PortRange[]): string {
  const protocols = [...new Set(ranges.map(({ protocol }) => protocol))].sort((a, b) => rank(a) - rank(b));
  return protocols
    .map((protocol) =>
      printProtocol(
        protocol,
        ranges.filter((range) => range.protocol === protocol),
      ),
    )
    .join('; ');
}

function printProtocol(protocol: number, ranges: readonly PortRange[]): string {
  const name = protocolName(protocol);
  const [only] = ranges;
  if (only?.first === 0 && only.last === MAX_PORT) return name;
  if (protocol === PROTOCOL.udp && lacksVxlanOnly(ranges)) return `${name} but ${VXLAN_PORT}`;
  const print = protocol === PROTOCOL.icmp || protocol === PROTOCOL.icmpv6 ? printIcmp : printPorts;
  return `${name} ${ranges.map(print).join(', ')}`;
}

/** Calico drops it from pods whatever policies say, so what its pods may send has this gap nearly always. */
function lacksVxlanOnly([first, second, ...more]: readonly PortRange[]): boolean {
  return (
    first?.first === 0 &&
    first.last === VXLAN_PORT - 1 &&
    second?.first === VXLAN_PORT + 1 &&
    second.last === MAX_PORT &&
    more.length === 0
  );
}

function printPorts({ first, last }: PortRange): string {
  return first === last ? String(first) : `${first}-${last}`;
}

/** `type 8` for a whole type, `type 3 code 4` for one code, else from one to the other. */
function printIcmp({ first, last }: PortRange): string {
  const [type, code] = [Math.floor(first / 256), first % 256];
  const [lastType, lastCode] = [Math.floor(last / 256), last % 256];
  if (first === last) return `type ${type} code ${code}`;
  if (code !== 0 || lastCode !== 255) return `type ${type} code ${code} to type ${lastType} code ${lastCode}`;
  return type === lastType ? `type ${type}` : `type ${type}-${lastType}`;
}

function rank(protocol: number): number {
  const usual: readonly number[] = [PROTOCOL.tcp, PROTOCOL.udp, PROTOCOL.sctp];
  const index = usual.indexOf(protocol);
  return index < 0 ? protocol + usual.length : index;
}
