import type { Workload } from '../model/workloads/workload';
import type { Policy } from '../policies/policy';
import type { NetworkPolicyPort } from '../policies/kubernetes/network-policy';
import { ConnectionSet } from '../reachability/sets/connection-set';
import { TRANSPORT_PROTOCOL } from '../reachability/rules/port-match';
import type { Opening, Peer, Reachability } from '../reachability/reachability';

/** More single ports than this are not explained one by one. */
const PORTS_EXPLAINED = 16;

/**
 * The policies of an opening that let `peer` in on these connections. An opening names every policy that opens
 * something to its peers; on single ports it is told which of them do. Over ranges, which several policies may open
 * piece by piece, all are named but NetworkPolicies without a rule for any of these ports: too many rather than too few.
 */
export function openedBy(
  reachability: Reachability,
  server: Workload,
  opening: Opening,
  peer: Peer,
  connections: ConnectionSet,
): readonly Policy[] {
  const ranges = connections.ranges();
  if (ranges.length > PORTS_EXPLAINED || ranges.some(({ first, last }) => first !== last))
    return withPorts(opening.policies, server, connections);
  const to: Peer = { type: 'workload', workload: server };
  const decisions = ranges.map(({ protocol, first }) =>
    reachability
      .explain(peer, to, protocol, first)
      .ingress.decidedBy.filter(({ action }) => action === 'allow')
      .map(({ policy }) => policy),
  );
  // A port that no rule explains leaves the blame with all of them.
  return decisions.some((policies) => policies.length === 0) ? opening.policies : decisions.flat();
}

function withPorts(
  policies: readonly Policy[],
  server: Workload,
  connections: ConnectionSet,
): readonly Policy[] {
  const fitting = policies.filter(
    (policy) =>
      policy.kind !== 'NetworkPolicy' ||
      policy.ingress.some(
        ({ ports }) =>
          ports === 'all' || ports.some((port) => !opened(port, server).intersect(connections).isEmpty),
      ),
  );
  return fitting.length === 0 ? policies : fitting;
}

/** A port of a rule, its name looked up at the server. */
function opened({ protocol, port, endPort }: NetworkPolicyPort, server: Workload): ConnectionSet {
  const number = TRANSPORT_PROTOCOL[protocol];
  if (port === undefined) return ConnectionSet.allPorts(number);
  if (typeof port === 'number') return ConnectionSet.of(number, port, endPort ?? port);
  let numbers = ConnectionSet.NONE;
  for (const declared of server.ports)
    if (declared.name === port && declared.protocol === protocol)
      numbers = numbers.union(ConnectionSet.of(number, declared.port, declared.port));
  return numbers;
}
