import { networkSetLabels } from './calico-entity';
import type { CniProfile } from '../cni-profile';
import type { Cluster } from '../../model/cluster';
import { matches, selectsEverything, type LabelSelector } from '../../model/label-selector';
import type { Labels } from '../../model/resource';
import type { NetworkSet } from '../../policies/calico/policy';
import { NAMESPACE_LABEL, NAMESPACE_PREFIX } from '../../policies/calico/scope';
import type { ClusterWidePeer, ClusterWidePolicy } from '../../policies/cluster-network-policy/policy';

/**
 * The network sets that Calico 3.31 means by a `namespaces` peer of an AdminNetworkPolicy or BaselineAdminNetworkPolicy
 * beside pods: its converter writes the peer as a `namespaceSelector` alone (`combinePortsWithANPIngressPeers` and
 * `…EgressPeers` of libcalico-go/lib/backend/k8s/conversion), where it keeps a `pods` peer to pods by their label
 * `projectcalico.org/orchestrator`.
 */
export function setsOfNamespaces(
  selector: LabelSelector,
  sets: readonly NetworkSet[],
  cluster: Cluster,
): readonly NetworkSet[] {
  return sets.filter((set) => namespacesMeanSet(selector, networkSetLabels(set, cluster)));
}

/**
 * Whether a `namespaces` peer means a network set with these labels ({@link networkSetLabels}). `{}` is `all()`, which
 * wants a namespace; any other selector looks at the labels under `pcns.` (`getEndpointSelector` of
 * libcalico-go/lib/backend/syncersv1/updateprocessors), so that one of `NotIn` and `DoesNotExist` alone also means the
 * global sets, which have none.
 */
export function namespacesMeanSet(selector: LabelSelector, labels: Labels): boolean {
  return selectsEverything(selector)
    ? Object.hasOwn(labels, NAMESPACE_LABEL)
    : matches(selector, labelsOfNamespace(labels));
}

/** The selectors of the `namespaces` peers of a policy that may mean network sets to the plugin. */
export function namespacesWithSets(policy: ClusterWidePolicy, profile: CniProfile): readonly LabelSelector[] {
  if (profile.namespacePeers === 'pods') return [];
  return [...policy.ingress, ...policy.egress].flatMap(({ peers }) =>
    peers.flatMap((peer) => wholeNamespaces(peer) ?? []),
  );
}

/** The selector of a peer that is whole namespaces. */
export function wholeNamespaces(peer: ClusterWidePeer): LabelSelector | undefined {
  return peer.type === 'pods' && peer.pods.podSelector === undefined
    ? peer.pods.namespaceSelector
    : undefined;
}

function labelsOfNamespace(labels: Labels): Labels {
  return Object.fromEntries(
    Object.entries(labels).flatMap(([key, value]) =>
      key.startsWith(NAMESPACE_PREFIX) ? [[key.slice(NAMESPACE_PREFIX.length), value]] : [],
    ),
  );
}
