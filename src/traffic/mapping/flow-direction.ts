import type { Listening } from './listens';
import type { TrafficEnd } from './traffic-end';
import type { FlowProtocol, FlowRecord } from '../flow-record';

/** Which way a record speaks: from a client to a server, or back. `unknown`: neither end can be told from the other. */
export interface FlowDirection {
  readonly way: 'request' | 'reply' | 'unknown';
  /** Told by the numbers of ports alone. */
  readonly guessed: boolean;
}

/** Where Linux takes the ports of clients from by default (`net.ipv4.ip_local_port_range`); other systems begin higher. */
const FIRST_EPHEMERAL = 32_768;

const SAID = { guessed: false } as const;

/**
 * Which way a record speaks. What the source says counts; where it says nothing, who listens on the port by the word of
 * the manifests; where both or neither does, a port that clients get against one that they do not get.
 *
 * @param serverPort the port at the end that the destination is, where a Service has translated it
 */
export function directionOf(
  record: FlowRecord,
  ends: { readonly source: TrafficEnd | undefined; readonly destination: TrafficEnd | undefined },
  protocol: FlowProtocol,
  listening: Listening,
  serverPort: number | undefined = record.destination.port,
): FlowDirection {
  const { isReply, opens, layer } = record;
  if (isReply !== undefined) return { way: isReply ? 'reply' : 'request', ...SAID };
  if (opens === true || layer === 'l7') return { way: 'request', ...SAID };
  const [from, to] = [record.source.port, record.destination.port];
  // Logs that leave out the port of one end leave out that of the client.
  if (from === undefined) return { way: 'request', ...SAID };
  if (to === undefined) return { way: 'reply', ...SAID };
  const listens = (end: TrafficEnd | undefined, port: number): boolean =>
    end !== undefined && listening.on(end, protocol, port);
  const [client, server] = [listens(ends.source, from), listens(ends.destination, serverPort ?? to)];
  if (client !== server) return { way: server ? 'request' : 'reply', ...SAID };
  return { ...byNumbers(from, to), guessed: !server };
}

function byNumbers(from: number, to: number): Pick<FlowDirection, 'way'> {
  const [high, low] = [from >= FIRST_EPHEMERAL, to >= FIRST_EPHEMERAL];
  if (high === low) return { way: 'unknown' };
  return { way: high ? 'request' : 'reply' };
}
