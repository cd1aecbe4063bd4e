import type { CniProfile } from '../cni-profile';
import type { ClusterWidePolicy, ClusterWideRule } from '../../policies/cluster-network-policy/policy';

/**
 * How much of a policy of the whole cluster the plugin reads: all, none, or nobody knows. Where it is not known, either the
 * policy is left out, as Calico 3.31 does it with the older kinds, or what Calico's converter makes of it is in force: rules
 * that name nodes or domains are a deny of everybody on every port where they deny or pass, and nothing where they accept
 * (calico-policy-model 5.1).
 */
export function readingOf(
  policy: ClusterWidePolicy,
  { nodePeers }: Pick<CniProfile, 'nodePeers'>,
): 'all' | 'none' | 'open' {
  if (nodePeers !== 'policy-not-read' || !policy.egress.some(namesNodes)) return 'all';
  return policy.kind === 'ClusterNetworkPolicy' ? 'open' : 'none';
}

/** Whether a peer of the rule is nodes or domains, which only egress rules have. */
export function namesNodes({ peers }: ClusterWideRule): boolean {
  return peers.some(({ type }) => type === 'nodes' || type === 'domains');
}
