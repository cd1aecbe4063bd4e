import type { FlowProtocol } from '../flow-record';
import { PROTOCOL } from '../../reachability/sets/connection-set';

const NUMBERS = {
  TCP: PROTOCOL.tcp,
  UDP: PROTOCOL.udp,
  SCTP: PROTOCOL.sctp,
  ICMP: PROTOCOL.icmp,
  ICMPv6: PROTOCOL.icmpv6,
} as const;

/** The number of a protocol in packets. */
export function protocolNumber(protocol: FlowProtocol): number {
  return typeof protocol === 'number' ? protocol : NUMBERS[protocol];
}
