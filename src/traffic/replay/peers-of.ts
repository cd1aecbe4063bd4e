import type { Inventory } from '../mapping/inventory';
import { NO_PORT } from '../mapping/map-flow';
import type { ObservedEdge } from '../mapping/observed-edge';
import type { PortRange } from '../mapping/port-bits';
import { protocolNumber } from '../mapping/protocol-number';
import { servicePortAt } from '../mapping/service-addresses';
import type { TrafficEnd } from '../mapping/traffic-end';
import { portsAt } from '../../compiler/resolution/resolve-ports';
import { parseAddress } from '../../model/cidr';
import type { Workload } from '../../model/workloads/workload';
import type { Peer } from '../../reachability/reachability';

/** Both ends of what was seen as the evaluator takes them, with the ports that it may have been. */
export interface Question {
  readonly from: Peer;
  readonly to: Peer;
  /** IP protocol number. */
  readonly protocol: number;
  /** One of them; more than one where nobody wrote down which. `all` where it may be any. */
  readonly ports: readonly number[] | 'all';
  /** Ports that are not told apart, instead of {@link ports}: each of them was called. */
  readonly otherPorts?: readonly PortRange[] | undefined;
}

/** What is to be asked about an edge, or why it cannot be judged. */
export type Questions =
  | { readonly questions: readonly Question[]; readonly reason?: undefined }
  | { readonly questions?: undefined; readonly reason: string };

/** A workload as it is in the model that judges; undefined when it is not there any more. */
export type WorkloadNow = (workload: Workload) => Workload | undefined;

/** The questions that an edge comes to: one, or one for each workload that may be behind a Service. */
export function questionsOf(edge: ObservedEdge, inventory: Inventory): Questions {
  const { otherPorts } = edge;
  const asked = questionsOfPort(edge, inventory);
  if (asked.questions === undefined || otherPorts === undefined) return asked;
  return { questions: asked.questions.map((question) => ({ ...question, ports: 'all', otherPorts })) };
}

function questionsOfPort(edge: ObservedEdge, inventory: Inventory): Questions {
  const { from, to } = edge;
  const protocol = protocolNumber(edge.protocol);
  const client = peerOf(from);
  if (typeof client === 'string') return { reason: client };
  if (to.type === 'service') {
    const questions = to.behind.map((workload): Question => ({
      from: client,
      to: { type: 'workload', workload },
      protocol,
      ports: portsBehind(edge, to, workload),
    }));
    return questions.length === 0
      ? { reason: 'the pods behind a Service are not in the manifests' }
      : { questions };
  }
  if (to.type === 'api-server') return apiQuestions(edge, to, client, inventory);
  const server = peerOf(to);
  if (typeof server === 'string') return { reason: server };
  return { questions: [{ from: client, to: server, protocol, ports: portsAtEnd(edge, server) }] };
}

/** The peer, or why there is none. */
function peerOf(end: TrafficEnd): Peer | string {
  switch (end.type) {
    case 'workload':
      return { type: 'workload', workload: end.workload };
    case 'pod':
      return Object.keys(end.labels).length === 0
        ? 'a pod that the manifests do not have, and whose labels nobody knows'
        : { type: 'pod', namespace: end.namespace, labels: end.labels };
    case 'health':
      return 'the network plugin asks how a pod is; no policy is in its way';
    case 'outside':
    case 'node':
    case 'api-server':
      return (end.address === undefined ? undefined : addressPeer(end.address)) ?? NO_ADDRESS;
    case 'service':
      return 'a Service is no client';
  }
}

const NO_ADDRESS = 'an end of which no address is known';

function addressPeer(text: string): Peer | undefined {
  const { address } = parseAddress(text);
  if (address === undefined) return undefined;
  return { type: 'addresses', version: address.version, first: address.value, last: address.value };
}

/** After translation the Service of the API server is the API server itself; its port there is nobody's secret. */
function apiQuestions(
  { protocol, port }: ObservedEdge,
  { address }: Extract<TrafficEnd, { type: 'api-server' }>,
  client: Peer,
  { apiServer }: Inventory,
): Questions {
  const addresses = address === undefined ? [...apiServer.addresses].sort() : [address];
  const peers = addresses.flatMap((text) => addressPeer(text) ?? []);
  if (peers.length === 0)
    return {
      reason: 'the address of the API server is not known (give a --snapshot with its EndpointSlice)',
    };
  // The address of its Service, or of one of its servers: only of these is the port the one that policies see.
  const isSeen = address !== undefined && port !== NO_PORT;
  const ports = isSeen ? [port] : apiServer.ports.length > 0 ? apiServer.ports : 'all';
  return {
    questions: peers.map((to) => ({ from: client, to, protocol: protocolNumber(protocol), ports })),
  };
}

function portsBehind(
  { protocol, port }: ObservedEdge,
  { service }: Extract<TrafficEnd, { type: 'service' }>,
  server: Workload,
): Question['ports'] {
  if (service.headless && port !== NO_PORT) return [port];
  const found = port === NO_PORT ? undefined : servicePortAt(service, protocol, port);
  const asked = found === undefined ? service.ports : [found];
  const ports = portsAt(
    server,
    asked
      .filter((one) => one.protocol === protocol)
      .map(({ targetPort, protocol: own }) => ({ port: targetPort, protocol: own })),
  );
  return ports === 'all' || ports.length === 0 ? 'all' : ports.map((one) => one.port);
}

/** Where no port was written down, those that the server declares may be meant. ICMP has types, which logs leave out. */
function portsAtEnd({ protocol, port }: ObservedEdge, to: Peer): Question['ports'] {
  if (protocol !== 'TCP' && protocol !== 'UDP' && protocol !== 'SCTP') return 'all';
  if (port !== NO_PORT) return [port];
  if (to.type !== 'workload') return 'all';
  const declared = to.workload.ports.filter((one) => one.protocol === protocol);
  return declared.length === 0 ? 'all' : [...new Set(declared.map((one) => one.port))];
}
