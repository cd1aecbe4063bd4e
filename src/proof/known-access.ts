import { neededConnections, type Need, type Needs } from './declared-calls';
import { callersOf } from './declared-external';
import { KnownCallers } from './known-callers';
import { rangesIn } from './ranges-in-block';
import type { Compilation, DeclaredCall, DeclaredExternal, OutsideCall } from '../compiler/compilation';
import { portsOf, TRANSPORT } from '../compiler/resolution/declared-ports';
import { internetBlocks } from '../compiler/egress/internet-blocks';
import { append } from '../model/group-by';
import type { Cluster } from '../model/cluster';
import { lastAddress, lastOf, printCidr, type Cidr } from '../model/cidr';
import type { Workload } from '../model/workloads/workload';
import type { AddressPeer, Peer } from '../reachability/reachability';

/** Who calls a workload, or whom it calls, by the word of manifests. */
export interface KnownAccess {
  /** The other end in words; absent where the ends say it themselves. */
  readonly who?: string | undefined;
  /** What says so: `ClientIntents/shop/frontend-calls`, `Ingress/shop/web`. */
  readonly by: readonly string[];
  /** The other end: a workload, pods by their labels, addresses. None: nobody knows. */
  readonly ends: readonly Peer[];
  readonly need: Need;
  /** It is one of the ends, and nobody knows which. */
  readonly oneOf?: boolean | undefined;
}

/** Manifests, what they declare, and what they say of callers. */
export interface DeclaringSide {
  readonly cluster: Cluster;
  /** With every way in from outside, whether it is blocked or not. */
  readonly compilation: Compilation;
}

const ANYTHING: Need = { connections: TRANSPORT, open: true };

const WORLD: readonly AddressPeer[] = ([4, 6] as const).map((version) => ({
  type: 'addresses',
  version,
  first: 0n,
  last: lastAddress(version),
}));

/** Those who call the workloads with these ids, by the id of the workload that they call. */
export function knownCallers(
  { cluster, compilation: { declared, external } }: DeclaringSide,
  ids: ReadonlySet<string>,
): ReadonlyMap<string, readonly KnownAccess[]> {
  const known = new Map<string, KnownAccess[]>();
  const needs: Needs = new Map();
  for (const call of declared) {
    if (!ids.has(call.server.id) || call.client === call.server) continue;
    append(known, call.server.id, callAccess(call, call.client, needs));
  }
  const objects = new KnownCallers(cluster);
  for (const way of external) {
    if (!ids.has(way.server.id)) continue;
    for (const access of wayAccess(way, objects)) append(known, way.server.id, access);
  }
  const open = new Set(external.map(({ server, service }) => keyOf(server, service?.name)));
  for (const workload of cluster.workloads) {
    if (!ids.has(workload.id)) continue;
    for (const { text, kind, service } of objects.callersOf(workload)) {
      if (kind !== 'scraper' && open.has(keyOf(workload, service))) continue;
      append(known, workload.id, { who: text, by: [text], ends: [], need: ANYTHING });
    }
  }
  return known;
}

/** Whom the workloads with these ids call by intent, by the id of the workload that calls. */
export function knownCalls(
  { compilation: { declared, outside = [] } }: DeclaringSide,
  ids: ReadonlySet<string>,
): ReadonlyMap<string, readonly KnownAccess[]> {
  const known = new Map<string, KnownAccess[]>();
  const needs: Needs = new Map();
  for (const call of declared) {
    if (!ids.has(call.client.id) || call.client === call.server) continue;
    append(known, call.client.id, callAccess(call, call.server, needs));
  }
  for (const call of outside) {
    if (!ids.has(call.client.id)) continue;
    for (const access of outsideAccess(call)) append(known, call.client.id, access);
  }
  return known;
}

function keyOf({ id }: Workload, service = ''): string {
  return `${id} ${service}`;
}

function callAccess(call: DeclaredCall, other: Workload, needs: Needs): KnownAccess {
  return {
    by: [intentsOf(call)],
    ends: [{ type: 'workload', workload: other }],
    need: neededConnections(call, needs),
  };
}

function intentsOf({ intents }: Pick<DeclaredCall, 'intents'>): string {
  return `ClientIntents/${intents.namespace}/${intents.name}`;
}

function wayAccess(way: DeclaredExternal, objects: KnownCallers): KnownAccess[] {
  const by = wordsOf(way, objects);
  const need = { connections: portsOf(way.ports), open: way.ports === 'all' };
  if (way.callers !== undefined)
    return callersOf(way.callers).map(({ name, peer }) => ({ who: name, by, ends: [peer], need }));
  const api = way.origin?.kind === 'api-server';
  return [{ ...(api ? { who: 'the API server', oneOf: true } : {}), by, ends: WORLD, need }];
}

/** The objects that say so: what makes a Service known outside, and what stands before it. */
function wordsOf({ server, service, origin }: DeclaredExternal, objects: KnownCallers): string[] {
  if (origin !== undefined && origin.kind !== 'outside') return [origin.object];
  const texts = objects
    .callersOf(server)
    .filter((caller) => caller.kind === 'outside' && caller.service === service?.name)
    .map(({ text }) => text);
  if (texts.length > 0) return [...new Set(texts)];
  if (origin !== undefined) return [origin.object];
  return [service === undefined ? server.id : `Service/${service.namespace}/${service.name}`];
}

function outsideAccess(call: OutsideCall): KnownAccess[] {
  const by = [intentsOf(call)];
  const { target } = call;
  if (target.type === 'kubernetes-api') return [{ who: 'the Kubernetes API', by, ends: [], need: ANYTHING }];
  const ports = target.ports.flatMap(({ port, protocol }) =>
    typeof port === 'number' ? [{ port, protocol }] : [],
  );
  const need = {
    connections: ports.length === 0 ? TRANSPORT : portsOf(ports),
    open: target.ports.length === 0,
  };
  return [
    ...internetBlocks(target).map(({ cidr, except }) => ({
      who: printCidr(cidr),
      by,
      ends: rangesIn([rangeOf(cidr)], { cidr, except }),
      need,
    })),
    ...target.domains.map((who) => ({ who, by, ends: [], need })),
  ];
}

function rangeOf(cidr: Cidr): AddressPeer {
  return { type: 'addresses', version: cidr.version, first: cidr.base, last: lastOf(cidr) };
}
