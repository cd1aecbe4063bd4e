import { selectsEverything, type LabelSelector } from '../model/label-selector';
import { NAMESPACE_NAME_LABEL } from '../model/namespace';
import type { NetworkPolicy } from '../policies/kubernetes/network-policy';
import { podPeers, type PodPeerInForce } from './kubernetes-rules';
import type { Landscape } from './landscape';

/** A peer with a podSelector that no workload fits, though the input has workloads where it looks. */
export interface EmptyPeer extends PodPeerInForce {
  readonly selector: LabelSelector;
  /** The namespace in which it looks. */
  readonly namespace: string;
}

/**
 * Peers that look in one namespace for pods which are not there. The namespace must have workloads in the input, else
 * it is elsewhere; pods that an operator may make count as there, and labels that intents make are the compiler's.
 */
export function emptyPeers(policies: readonly NetworkPolicy[], landscape: Landscape): EmptyPeer[] {
  return podPeers(policies).flatMap((found) => {
    const selector = found.peer.podSelector;
    const namespace = onlyNamespace(found, landscape);
    if (selector === undefined || selectsEverything(selector) || namespace === undefined) return [];
    if (isMadeByIntents(selector) || landscape.index.inNamespace(namespace).length === 0) return [];
    if (landscape.selected(namespace, selector).length > 0) return [];
    if (landscape.operators.meantBy(selector, namespace).length > 0) return [];
    return [{ ...found, selector, namespace }];
  });
}

/** The namespace of the policy, or the one that is named; undefined where it could be many. */
function onlyNamespace({ policy, peer }: PodPeerInForce, landscape: Landscape): string | undefined {
  const { namespaceSelector } = peer;
  if (namespaceSelector === undefined) return policy.namespace;
  const named = namespaceSelector.matchLabels[NAMESPACE_NAME_LABEL];
  return named !== undefined && landscape.namespaces(namespaceSelector).length > 0 ? named : undefined;
}

function isMadeByIntents({ matchLabels, matchExpressions }: LabelSelector): boolean {
  return [...Object.keys(matchLabels), ...matchExpressions.map(({ key }) => key)].some((key) =>
    key.startsWith('intents.otterize.com/'),
  );
}
