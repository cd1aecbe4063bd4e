import { AddressRanges, LOOPBACK_BLOCKS, NODE_LOCAL_DNS } from './address-ranges';
import { destinationOf, NO_PORT } from './destination-of';
import { directionOf } from './flow-direction';
import type { Inventory } from './inventory';
import { Listening } from './listens';
import { isGroupAddress, locateEnd } from './locate-end';
import { ProbePorts } from './probe-ports';
import { DOUBT, endName, type Located, type TrafficEnd, type UnmappedReason } from './traffic-end';
import type { FlowProtocol, FlowRecord } from '../flow-record';
import type { Service } from '../../model/services/service';

/**
 * What traffic is to somebody who writes intents.
 *
 * - `call`: of a workload of the manifests to another one, to the outside, or to the Kubernetes API: what intents declare.
 * - `probe`: the kubelet, or the network plugin, asks how a pod is; nobody's policy is in its way.
 * - `from-outside`, `from-api-server`: somebody calls for whom no ClientIntents can speak.
 * - `from-node`, `to-node`: nodes, pods on their network, or somebody whom a node stands for (NAT): nobody knows who.
 * - `dns`, `infrastructure`: what runs the cluster is at one end.
 * - `stranger`: one end is a pod that the manifests do not have. `elsewhere`: neither end is in the manifests.
 */
export type TrafficKind =
  | 'call'
  | 'probe'
  | 'from-outside'
  | 'from-api-server'
  | 'from-node'
  | 'to-node'
  | 'dns'
  | 'infrastructure'
  | 'stranger'
  | 'elsewhere';

/** A record of one connection, mapped. */
export interface MappedFlow {
  readonly from: TrafficEnd;
  readonly to: TrafficEnd;
  readonly protocol: FlowProtocol;
  /** At the pods; of a Service end, of the Service. {@link NO_PORT} where there is none. */
  readonly port: number;
  /** The Service that was called, where the record tells. */
  readonly service?: Service | undefined;
  readonly kind: TrafficKind;
  /** Bits of {@link DOUBT}. */
  readonly doubts: number;
}

/** Why a record speaks of no connection of its own. */
export type AsideReason = 'reply' | 'loopback' | 'group-address' | 'no-connection';

/** What became of a record. */
export type Mapping =
  | { readonly type: 'mapped'; readonly flow: MappedFlow }
  | { readonly type: 'aside'; readonly reason: AsideReason }
  | { readonly type: 'unmapped'; readonly reason: UnmappedReason; readonly text: string };

const LOOPBACK = new AddressRanges(LOOPBACK_BLOCKS);
const DNS_PORT = 53;

/** Maps records, one by one, to what the manifests have. */
export class FlowMapper {
  private readonly listening: Listening;
  private readonly probes = new ProbePorts();

  constructor(private readonly inventory: Inventory) {
    this.listening = new Listening(inventory);
  }

  map(record: FlowRecord): Mapping {
    const { source, destination, protocol, count, time, isReply } = record;
    if (isReply === true) return aside('reply');
    if (count === 0) return aside('no-connection');
    if (isLoopback(source.ip) || isLoopback(destination.ip)) return aside('loopback');
    if (destination.ip !== undefined && isGroupAddress(destination.ip)) return aside('group-address');
    const from = locateEnd(source, time, this.inventory);
    if (protocol === undefined) return unmapped('no-protocol', pairOf(record, from, undefined));
    const to = destinationOf(record, protocol, time, this.inventory);
    const ends = { source: from.end, destination: to.located.end };
    const { way, guessed } = directionOf(record, ends, protocol, this.listening, to.port);
    if (way === 'reply') return aside('reply');
    if (from.end === undefined) return unmapped(from.reason, from.text);
    if (to.located.end === undefined) return unmapped(to.located.reason, to.located.text);
    if (way === 'unknown') return unmapped('direction-unknown', pairOf(record, from, to.located));
    const { port, service } = to;
    const kind = this.kindOf(from.end, to.located.end, port);
    const doubts = from.doubts | to.located.doubts | (guessed ? DOUBT.portNumbers : 0);
    return {
      type: 'mapped',
      flow: { from: from.end, to: to.located.end, protocol, port, service, kind, doubts },
    };
  }

  private kindOf(from: TrafficEnd, to: TrafficEnd, port: number): TrafficKind {
    if (isDns(to, port, this.inventory)) return 'dns';
    if (this.isInfrastructure(from) || this.isInfrastructure(to)) return 'infrastructure';
    if (to.type === 'workload') {
      const probed = this.isNode(from) && this.probes.has(to.workload, port);
      if (probed || from.type === 'health') return 'probe';
    }
    return kindByEnds(from, to);
  }

  /** The API server is mostly on a node, whose kubelet asks from the same address. */
  private isNode(end: TrafficEnd): boolean {
    if (end.type === 'api-server') return end.address !== undefined && this.inventory.nodes.has(end.address);
    return end.type === 'node';
  }

  private isInfrastructure(end: TrafficEnd): boolean {
    const namespace = namespaceOf(end);
    return namespace !== undefined && this.inventory.infrastructure.has(namespace);
  }
}

/** By what the two ends are. */
function kindByEnds(from: TrafficEnd, to: TrafficEnd): TrafficKind {
  const [client, server] = [isOurs(from), isOurs(to)];
  if (!client && !server) return 'elsewhere';
  if (from.type === 'pod' || to.type === 'pod') return 'stranger';
  if (from.type === 'node' || from.type === 'health') return 'from-node';
  if (to.type === 'node' || to.type === 'health') return 'to-node';
  if (from.type === 'api-server') return 'from-api-server';
  return from.type === 'outside' ? 'from-outside' : 'call';
}

/** Port 53 of what runs the cluster: every pod asks there, and default denies keep it open. */
function isDns(to: TrafficEnd, port: number, { infrastructure }: Inventory): boolean {
  if (port !== DNS_PORT) return false;
  if (to.type === 'outside' || to.type === 'node') return to.address === NODE_LOCAL_DNS;
  const namespace = namespaceOf(to);
  return namespace !== undefined && infrastructure.has(namespace);
}

function namespaceOf(end: TrafficEnd): string | undefined {
  switch (end.type) {
    case 'workload':
      return end.workload.namespace;
    case 'service':
      return end.service.namespace;
    case 'pod':
      return end.namespace;
    case 'node':
    case 'health':
    case 'api-server':
    case 'outside':
      return undefined;
  }
}

function isOurs({ type }: TrafficEnd): boolean {
  return type === 'workload' || type === 'service';
}

function isLoopback(ip: string | undefined): boolean {
  return ip !== undefined && LOOPBACK.has(ip);
}

function aside(reason: AsideReason): Mapping {
  return { type: 'aside', reason };
}

function unmapped(reason: UnmappedReason, text: string): Mapping {
  return { type: 'unmapped', reason, text };
}

/** What there is to show of a record that is not mapped. */
function pairOf(
  { source, destination, protocol }: FlowRecord,
  from: Located,
  to: Located | undefined,
): string {
  const name = (located: Located | undefined, ip: string | undefined): string =>
    located?.end === undefined ? (ip ?? 'somebody') : endName(located.end);
  const port = (number: number | undefined): string => (number === undefined ? '' : `:${number}`);
  return `${name(from, source.ip)}${port(source.port)} -> ${name(to, destination.ip)}${port(destination.port)}${protocol === undefined ? '' : ` ${protocol}`}`;
}

export { NO_PORT };
