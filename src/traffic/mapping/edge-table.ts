import { POINT_WEIGHT, weakestFirst, weightOf, type CountedEdge } from './counted-edge';
import { EdgeCount } from './edge-count';
import type { EndTable } from './end-table';
import type { Listening } from './listens';
import { NO_PORT, type MappedFlow } from './map-flow';
import type { ObservedEdge } from './observed-edge';
import { PortBits } from './port-bits';
import { protocolNumber } from './protocol-number';
import { endName, type TrafficEnd, type UnmappedReason } from './traffic-end';
import type { FlowRecord } from '../flow-record';

/** How many edges are kept, so that memory is bounded whatever records say. */
export interface EdgeBounds {
  /** All of them, in edges: points, sets of ports and long names count for what they take. */
  readonly edges: number;
  /** Ports of one pair of ends that nobody declares. */
  readonly ports: number;
}

/** What became of edges that are no longer kept. */
export interface NotKept {
  readonly reason: UnmappedReason;
  /** `shop/frontend[Deployment] -> 203.0.113.7`. */
  readonly text: string;
  readonly records: number;
  readonly connections: number;
  /** Those that got through, and that policies have a say in: none of probes, and of what has no end in the manifests. */
  readonly passed: number;
}

/** Where edges come together that are no longer kept apart; undefined: nowhere. */
export type CoarseOf = (to: TrafficEnd) => string | undefined;

/** All edges of one pair of ends: by protocol and port, and below 0 those of ports that are not told apart. */
interface Pair {
  readonly edges: Map<number, CountedEdge>;
  /** How many ports there are that nobody declares. */
  loose: number;
}

/** Fewer ports of a pair than these are left alone as long as other pairs have more. */
const FEW_PORTS = 8;

/**
 * Counts what was seen by client, server, protocol and port, in bounded memory. When there is too much, the weakest half
 * goes: first ports of one pair come together, then servers for whom `coarseOf` has a group, and what is left is told to
 * `onDrop`. What is seen again comes back, so that whatever is seen often stays, whenever it comes.
 */
export class EdgeTable {
  /** By client, by server: small whole numbers are found faster than any other keys. */
  private readonly pairs = new Map<number, Map<number, Pair>>();
  private weight = 0;

  constructor(
    private readonly ends: EndTable,
    private readonly listening: Listening,
    private readonly bounds: EdgeBounds,
    private readonly coarseOf: CoarseOf,
    private readonly onDrop: (dropped: NotKept) => void,
  ) {}

  add(flow: MappedFlow, record: FlowRecord, source: string): void {
    const from = this.ends.idOf(flow.from, 'client');
    const to = this.ends.idOf(flow.to, 'server');
    const pair = this.pairOf(from, to);
    const edge = pair.edges.get(keyOf(flow)) ?? this.start(pair, from, to, flow);
    const points = edge.count.pointCount;
    edge.count.add(record, flow.doubts, flow.service, source);
    this.weight += (edge.count.pointCount - points) * POINT_WEIGHT;
    if (pair.loose > this.bounds.ports) this.joinPorts(pair);
    if (this.weight > this.bounds.edges) this.sweep();
  }

  /** Sorted by client, server, protocol and port. */
  edges(): ObservedEdge[] {
    return this.all()
      .map((counted) => edgeOf(counted, this.ends.at(counted.from), this.ends.at(counted.to)))
      .map((edge) => ({ edge, key: sortKeyOf(edge) }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .map(({ edge }) => edge);
  }

  private pairOf(from: number, to: number): Pair {
    let servers = this.pairs.get(from);
    if (servers === undefined) this.pairs.set(from, (servers = new Map<number, Pair>()));
    let pair = servers.get(to);
    if (pair === undefined) servers.set(to, (pair = { edges: new Map(), loose: 0 }));
    return pair;
  }

  private start(pair: Pair, from: number, to: number, flow: MappedFlow): CountedEdge {
    const { protocol, port, kind } = flow;
    const isFirm =
      port === NO_PORT || kind === 'dns' || kind === 'probe' || this.listening.on(flow.to, protocol, port);
    return this.insert(pair, keyOf(flow), { from, to, protocol, port, kind, isFirm });
  }

  private insert(pair: Pair, key: number, fields: Omit<CountedEdge, 'count' | 'names'>): CountedEdge {
    const names = this.ends.weightOf(fields.from) + this.ends.weightOf(fields.to);
    const edge = { ...fields, names, count: new EdgeCount() };
    pair.edges.set(key, edge);
    this.weight += weightOf(edge);
    if (isLoose(edge)) pair.loose += 1;
    return edge;
  }

  /** Whether it was there still. */
  private remove(edge: CountedEdge): boolean {
    const servers = this.pairs.get(edge.from);
    const pair = servers?.get(edge.to);
    if (servers === undefined || pair?.edges.get(keyOfCounted(edge)) !== edge) return false;
    pair.edges.delete(keyOfCounted(edge));
    this.weight -= weightOf(edge);
    if (isLoose(edge)) pair.loose -= 1;
    if (pair.edges.size === 0) servers.delete(edge.to);
    if (servers.size === 0) this.pairs.delete(edge.from);
    return true;
  }

  /** Half of the ports of a pair, those that were seen least, are no longer told apart. */
  private joinPorts(pair: Pair): void {
    const loose = weakestFirst([...pair.edges.values()].filter(isLoose));
    for (const edge of loose.slice(0, loose.length - Math.floor(this.bounds.ports / 2)))
      this.joinPort(pair, edge);
  }

  private joinPort(pair: Pair, edge: CountedEdge): void {
    const { from, to, protocol, kind, count, port } = edge;
    const key = othersKey(protocol, count.count > 0);
    const fields = { from, to, protocol, port: NO_PORT, kind, isFirm: true };
    const others = pair.edges.get(key) ?? this.insert(pair, key, { ...fields, ports: new PortBits() });
    others.count.absorb(count);
    others.ports?.add(port);
    this.remove(edge);
  }

  private sweep(): void {
    const target = this.bounds.edges / 2;
    const isOver = (): boolean => this.weight > target;
    for (const edge of weakestFirst(this.all().filter(isLoose))) {
      if (!isOver()) break;
      const pair = this.pairOf(edge.from, edge.to);
      if (pair.loose > FEW_PORTS) this.joinPort(pair, edge);
    }
    for (const edge of weakestFirst(this.all())) {
      if (!isOver()) break;
      // It may have come together with other ports by now.
      if (this.remove(edge) && !this.joinServer(edge)) this.drop(edge);
    }
    this.ends.keepOnly(new Set(this.all().flatMap(({ from, to }) => [from, to])));
  }

  /** An edge that was removed becomes part of one to a group of servers; whether there is such a group. */
  private joinServer(edge: CountedEdge): boolean {
    const { from, to, protocol, kind, count, port, ports, isFirm } = edge;
    const end = this.ends.at(to);
    const group = this.coarseOf(end);
    const coarse = group === undefined ? to : this.ends.ofCoarse(end, group);
    if (coarse === to) return false;
    const pair = this.pairOf(from, coarse);
    const fields = { from, to: coarse, protocol, port, kind, isFirm };
    const key = keyOfCounted(edge);
    const known =
      pair.edges.get(key) ??
      this.insert(pair, key, ports === undefined ? fields : { ...fields, ports: new PortBits() });
    known.count.absorb(count);
    if (ports !== undefined) known.ports?.addAll(ports);
    if (pair.loose > this.bounds.ports) this.joinPorts(pair);
    return true;
  }

  private drop(edge: CountedEdge): void {
    const [from, to] = [this.ends.at(edge.from), this.ends.at(edge.to)];
    const { records, count, denied, unanswered } = edge.count;
    const isJudged = edge.kind !== 'probe' && edge.kind !== 'elsewhere';
    this.onDrop({
      reason: isOfModel(from) && isOfModel(to) ? 'too-many-pairs' : 'too-many-addresses',
      text: `${endName(from)} -> ${endName(to)}`,
      records,
      connections: count + denied + unanswered,
      passed: isJudged ? count : 0,
    });
  }

  private all(): CountedEdge[] {
    const edges: CountedEdge[] = [];
    for (const servers of this.pairs.values())
      for (const pair of servers.values()) for (const edge of pair.edges.values()) edges.push(edge);
    return edges;
  }
}

function isOfModel({ type }: TrafficEnd): boolean {
  return type === 'workload' || type === 'service';
}

/** Whether it may come together with other ports. */
function isLoose({ isFirm, ports }: CountedEdge): boolean {
  return !isFirm && ports === undefined;
}

function keyOf({ protocol, port }: Pick<MappedFlow, 'protocol' | 'port'>): number {
  return protocolNumber(protocol) * 65_536 + port;
}

/** What got through at some time and what never did are apart: they are judged differently. */
function othersKey(protocol: MappedFlow['protocol'], passed: boolean): number {
  return -1 - 2 * protocolNumber(protocol) - (passed ? 1 : 0);
}

function keyOfCounted({ protocol, port, ports, count }: CountedEdge): number {
  return ports === undefined ? keyOf({ protocol, port }) : othersKey(protocol, count.count > 0);
}

function edgeOf(counted: CountedEdge, from: TrafficEnd, to: TrafficEnd): ObservedEdge {
  const { protocol, port, kind, count, ports } = counted;
  const { denied, unanswered, first, last } = count;
  const services = [...count.services].sort((a, b) =>
    `${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1,
  );
  return {
    from,
    to,
    protocol,
    port,
    ...(ports === undefined ? {} : { otherPorts: ports.ranges() }),
    kind,
    count: count.count,
    denied,
    unanswered,
    first,
    last,
    doubts: count.doubts,
    services,
    sources: [...count.sources].sort(),
  };
}

function sortKeyOf({ from, to, protocol, port, otherPorts, count }: ObservedEdge): string {
  const number =
    otherPorts === undefined ? String(port).padStart(5, '0') : count > 0 ? 'others' : 'others denied';
  return [endName(from), endName(to), String(protocolNumber(protocol)).padStart(3, '0'), number].join(
    '\u0000',
  );
}
