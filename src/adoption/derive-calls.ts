import type { Evaluated } from './evaluated';
import type { Workload } from '../model/workloads/workload';
import { ConnectionSet } from '../reachability/sets/connection-set';
import type { AddressPeer, PodPeer } from '../reachability/reachability';

/** What clients may do because policies let just them. */
export interface DerivedCalls {
  /** Servers that policies isolate, by client, and on which connections. */
  readonly inside: Map<Workload, Map<Workload, ConnectionSet>>;
  /** Addresses by client, grouped by connections; only of clients whose egress policies isolate. */
  readonly outside: Map<Workload, Map<ConnectionSet, AddressPeer[]>>;
}

/** Nobody's pod: whoever lets it in, or out to it, means anyone. */
const STRANGER: PodPeer = { type: 'pod', namespace: 'nobody-knows-this-one', labels: {} };

/**
 * Reads intents off what policies allow: a call of each client that comes in at an isolated server, on the connections
 * that both ends allow. What a server opens to anyone and a client may send to anyone is nobody's intent, and left out.
 */
export function deriveCalls({ reachability }: Evaluated): DerivedCalls {
  const calls: DerivedCalls = { inside: new Map(), outside: new Map() };
  const anyone = new Map<Workload, ConnectionSet>();
  const openTo = (server: Workload): ConnectionSet => {
    const known = anyone.get(server) ?? reachability.side(server, 'ingress', STRANGER).allowed;
    anyone.set(server, known);
    return known;
  };
  const sent = new Map<Workload, ConnectionSet>();
  const sentToAnyone = (client: Workload): ConnectionSet => {
    const known = sent.get(client) ?? reachability.side(client, 'egress', STRANGER).allowed;
    sent.set(client, known);
    return known;
  };
  const addServer = (client: Workload, server: Workload, allowed: ConnectionSet): void => {
    if (server === client || !isOnPodNetwork(server)) return;
    if (reachability.isolatedBy(server, 'ingress').length > 0)
      addInside(calls, client, server, allowed.subtract(openTo(server).intersect(sentToAnyone(client))));
  };
  for (const { from, to, verdict } of reachability.groups()) {
    for (const source of from) {
      if (source.type !== 'workload' || !isOnPodNetwork(source.workload)) continue;
      const client = source.workload;
      const restricted = reachability.isolatedBy(client, 'egress').length > 0;
      for (const target of to) {
        if (target.type === 'workload') addServer(client, target.workload, verdict.allowed);
        else if (restricted) addOutside(calls, client, target, verdict.allowed);
      }
    }
  }
  return calls;
}

/** Workloads that policies can do something about. */
export function isOnPodNetwork({ finished, hostNetwork }: Workload): boolean {
  return !finished && !hostNetwork;
}

function addInside(
  { inside }: DerivedCalls,
  client: Workload,
  server: Workload,
  allowed: ConnectionSet,
): void {
  if (allowed.isEmpty) return;
  const servers = inside.get(client) ?? new Map<Workload, ConnectionSet>();
  inside.set(client, servers);
  servers.set(server, (servers.get(server) ?? ConnectionSet.NONE).union(allowed));
}

function addOutside(
  { outside }: DerivedCalls,
  client: Workload,
  range: AddressPeer,
  allowed: ConnectionSet,
): void {
  if (allowed.isEmpty) return;
  const byConnections = outside.get(client) ?? new Map<ConnectionSet, AddressPeer[]>();
  outside.set(client, byConnections);
  const ranges = byConnections.get(allowed) ?? [];
  byConnections.set(allowed, ranges);
  ranges.push(range);
}
