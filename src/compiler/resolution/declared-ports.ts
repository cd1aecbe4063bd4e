import type { DeclaredPort } from '../compilation';
import { ConnectionSet, PROTOCOL } from '../../reachability/sets/connection-set';

const NUMBER = { TCP: PROTOCOL.tcp, UDP: PROTOCOL.udp, SCTP: PROTOCOL.sctp } as const;

/** Every port of the protocols that have ports. */
export const TRANSPORT = ConnectionSet.allPorts(PROTOCOL.tcp)
  .union(ConnectionSet.allPorts(PROTOCOL.udp))
  .union(ConnectionSet.allPorts(PROTOCOL.sctp));

/** The connections that declared ports stand for; `all` is every protocol and port. */
export function portsOf(ports: 'all' | readonly DeclaredPort[]): ConnectionSet {
  if (ports === 'all') return ConnectionSet.ALL;
  let connections = ConnectionSet.NONE;
  for (const { protocol, port } of ports)
    connections = connections.union(ConnectionSet.of(NUMBER[protocol], port, port));
  return connections;
}
