import type { Workload } from '../model/workloads/workload';
import type { NetworkPolicyPeer } from '../policies/kubernetes/network-policy';
import { findCutOffWorkloads } from '../proof/cut-off-workloads';
import type { Peer, Reachability } from '../reachability/reachability';
import type { Check } from './check';
import { hasPodNetwork, Landscape } from './landscape';

/** How many of those whom a rule names are asked one by one. */
const ASKED = 8;

/** Any address outside. */
const OUTSIDE: Peer = { type: 'addresses', version: 4, first: 0n, last: 0n };

/**
 * A server that policies leave without a caller. Servers whose callers intents declare are left to the drift checks. At
 * a synth the proof says so.
 */
export const cutOffWorkload: Check = {
  id: 'cut-off-workload',
  severity: 'warning',
  summary: 'Policies leave a workload that serves something without anybody who may call it.',
  synth: false,
  run: ({ cluster, calicoLabels, reachability, compilation: { declared, external } }) => {
    const landscape = Landscape.of(cluster, calicoLabels);
    const others = declared.filter(({ client, server }) => client !== server);
    const known = new Set([...others, ...external].map(({ server }) => server));
    const seen = cluster.workloads.filter(
      (server) => hasPodNetwork(server) && hasCaller(server, reachability, landscape),
    );
    return findCutOffWorkloads(cluster, reachability, new Set([...known, ...seen]));
  },
};

/** Whether one of the first whom rules name gets in; false says nothing. Spares a look at all of them for most. */
function hasCaller(server: Workload, reachability: Reachability, landscape: Landscape): boolean {
  const to: Peer = { type: 'workload', workload: server };
  return reachability
    .isolatedBy(server, 'ingress')
    .some(
      (policy) =>
        policy.kind === 'NetworkPolicy' &&
        policy.ingress.some(({ peers }) =>
          (peers === 'any'
            ? [OUTSIDE]
            : peers.flatMap((peer) => someOfPeer(peer, policy.namespace, landscape))
          )
            .filter((from) => from.type !== 'workload' || from.workload !== server)
            .some((from) => !reachability.connection(from, to).allowed.isEmpty),
        ),
    );
}

function someOfPeer(peer: NetworkPolicyPeer, namespace: string, landscape: Landscape): Peer[] {
  if (peer.type === 'ipBlock') {
    const { version, base } = peer.cidr;
    return [{ type: 'addresses', version, first: base, last: base }];
  }
  return landscape
    .peers(namespace, peer)
    .slice(0, ASKED)
    .map((workload) => ({ type: 'workload', workload }));
}
