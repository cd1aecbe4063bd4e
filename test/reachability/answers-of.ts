import type { Cluster } from '../../src/model/cluster';
import { DIRECTIONS } from '../../src/policies/direction';
import { policyId } from '../../src/policies/policy-id';
import type {
  AddressPeer,
  Peer,
  PodPeer,
  Reachability,
  Verdict,
  WorkloadPeer,
} from '../../src/reachability/reachability';
import { printConnections } from '../../src/reachability/sets/connection-print';

export type NamedPeer = WorkloadPeer | AddressPeer;

/** Pods of no manifest: one that looks like others, one of a namespace that nobody has. */
const STRANGERS: readonly PodPeer[] = [
  { type: 'pod', namespace: 'alpha', labels: { app: 'a', tier: 'web' } },
  { type: 'pod', namespace: 'elsewhere', labels: { app: 'b' } },
];

/** Workloads, and the first address of every range that is given. */
export function peersOf(cluster: Cluster, addresses: readonly AddressPeer[]): NamedPeer[] {
  return [
    ...cluster.workloads.map((workload): WorkloadPeer => ({ type: 'workload', workload })),
    ...addresses.map(({ version, first }): AddressPeer => ({
      type: 'addresses',
      version,
      first,
      last: first,
    })),
  ];
}

export function peerName(peer: Peer): string {
  if (peer.type === 'workload') return peer.workload.id;
  if (peer.type === 'pod') return `${peer.namespace} ${JSON.stringify(peer.labels)}`;
  return `${peer.version} ${peer.first}-${peer.last}`;
}

export function verdictText({ allowed, undecided }: Verdict): string {
  return `${printConnections(allowed)} | ${printConnections(undecided)}`;
}

/** Every ordered pair, by `from -> to`. */
export function connectionsOf(reachability: Reachability, peers: readonly NamedPeer[]): Map<string, string> {
  return new Map(
    peers.flatMap((from) =>
      peers.map((to): [string, string] => [
        `${peerName(from)} -> ${peerName(to)}`,
        verdictText(reachability.connection(from, to)),
      ]),
    ),
  );
}

/** What is said of each workload by itself, in full and in order. */
export function sidesOf(reachability: Reachability, cluster: Cluster, peers: readonly NamedPeer[]): unknown {
  return cluster.workloads.map((workload) =>
    DIRECTIONS.map((direction) => ({
      workload: workload.id,
      direction,
      isolatedBy: reachability.isolatedBy(workload, direction).map(policyId),
      sides: peers.map((peer) => [peerName(peer), verdictText(reachability.side(workload, direction, peer))]),
      strangers: STRANGERS.map((peer) => verdictText(reachability.side(workload, direction, peer))),
      openings: reachability
        .openings(workload, direction)
        .map(({ workloads, addresses, verdict, policies }) => ({
          workloads: workloads.map(({ id }) => id),
          addresses: addresses.map(peerName),
          verdict: verdictText(verdict),
          policies: policies.map(policyId),
        })),
      admissions: reachability.admissions(workload, direction).map(({ workloads, addresses, verdict }) => ({
        workloads: workloads.map(({ id }) => id),
        addresses: addresses.map(peerName),
        verdict: verdictText(verdict),
      })),
    })),
  );
}

/** Why some connections are as they are. */
export function explanationsOf(reachability: Reachability, peers: readonly NamedPeer[]): unknown {
  return peers.slice(0, 5).flatMap((from) =>
    peers.slice(0, 5).map((to) => {
      const { verdict, egress, ingress } = reachability.explain(from, to, 6, 80);
      const sides = [egress, ingress].map((side) => ({
        ...side,
        decidedBy: side.decidedBy.map(({ policy, rule, action }) => [policyId(policy), rule, action]),
      }));
      return [peerName(from), peerName(to), verdict, sides];
    }),
  );
}

/** What is said of the whole model. */
export function wholeOf(reachability: Reachability): unknown {
  return {
    addresses: reachability.addresses.map(peerName),
    findings: reachability.findings,
    groups: reachability.groups().map(({ from, to, verdict }) => ({
      from: from.map(peerName),
      to: to.map(peerName),
      verdict: verdictText(verdict),
    })),
  };
}
