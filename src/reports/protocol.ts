import { NAMED_PROTOCOLS, protocolName } from '../reachability/sets/connection-print';
import { PROTOCOL } from '../reachability/sets/connection-set';

/** Protocols whose number in a packet is a port. The others have types and codes (ICMP) or nothing of the kind. */
const WITH_PORTS: readonly number[] = [PROTOCOL.tcp, PROTOCOL.udp, PROTOCOL.sctp];

/** The number of a protocol given by name (whatever its case) or by number 0 to 255; undefined when it is neither. */
export function protocolNumber(text: string): number | undefined {
  for (const [number, name] of NAMED_PROTOCOLS) if (name.toLowerCase() === text.toLowerCase()) return number;
  const number = /^(?:0|[1-9][0-9]{0,2})$/.test(text) ? Number(text) : Number.NaN;
  return number <= 255 ? number : undefined;
}

/** Whether connections of the protocol are told apart by destination port. */
export function hasPorts(protocol: number): boolean {
  return WITH_PORTS.includes(protocol);
}

/** Whether connections of the protocol are told apart by type and code. */
export function isIcmp(protocol: number): boolean {
  return protocol === PROTOCOL.icmp || protocol === PROTOCOL.icmpv6;
}

/** One connection for people: `TCP 8080`, `ICMP type 8 code 0`, `protocol 47`. */
export function printConnection(protocol: number, port: number): string {
  const name = protocolName(protocol);
  if (isIcmp(protocol)) return `${name} type ${Math.floor(port / 256)} code ${port % 256}`;
  return hasPorts(protocol) ? `${name} ${port}` : name;
}
