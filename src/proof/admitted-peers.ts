import type { OperatorMadePods } from './operator-made-pods';
import { policyName } from './policy-name';
import { selectorWords } from '../checks/selector-words';
import { selectsEverything } from '../model/label-selector';
import type { NetworkPolicy, PodPeer } from '../policies/kubernetes/network-policy';
import type { Policy } from '../policies/policy';

/** Whether some ingress rule of the policy lets somebody in, known or not. */
export function admitsSomebody(policy: Policy): boolean {
  switch (policy.kind) {
    case 'NetworkPolicy':
      return policy.ingress.length > 0;
    case 'CalicoNetworkPolicy':
    case 'GlobalNetworkPolicy':
      return policy.ingress.some(({ action }) => action === 'Allow');
    case 'ClusterNetworkPolicy':
    case 'AdminNetworkPolicy':
    case 'BaselineAdminNetworkPolicy':
      return policy.ingress.some(({ action }) => action === 'Accept');
  }
}

/** Whom a policy lets in, in words: `NetworkPolicy/shop/cart (pods with app=web)`. */
export function admittedWords(policy: Policy): string {
  const peers = policy.kind === 'NetworkPolicy' ? podPeers(policy).map(peerWords) : [];
  const words = [...new Set(peers)].sort();
  return words.length === 0 ? policyName(policy) : `${policyName(policy)} (${words.join('; ')})`;
}

/** Objects of operators whose pods the policy seems to let in. */
export function admittedOperators(policy: Policy, operators: OperatorMadePods): readonly string[] {
  if (policy.kind !== 'NetworkPolicy') return [];
  return podPeers(policy).flatMap(({ podSelector, namespaceSelector }) => {
    if (podSelector === undefined || selectsEverything(podSelector)) return [];
    return operators.meantBy(podSelector, namespaceSelector === undefined ? policy.namespace : undefined);
  });
}

function podPeers({ ingress }: NetworkPolicy): PodPeer[] {
  return ingress.flatMap(({ peers }) =>
    peers === 'any' ? [] : peers.filter((peer): peer is PodPeer => peer.type === 'pods'),
  );
}

function peerWords({ podSelector, namespaceSelector }: PodPeer): string {
  const pods =
    podSelector === undefined || selectsEverything(podSelector)
      ? 'all pods'
      : `pods with ${selectorWords(podSelector)}`;
  if (namespaceSelector === undefined) return pods;
  return selectsEverything(namespaceSelector)
    ? `${pods} of all namespaces`
    : `${pods} of namespaces with ${selectorWords(namespaceSelector)}`;
}
