import type { Cluster } from '../../model/cluster';
import type { Labels } from '../../model/resource';
import type { LabelSelector } from '../../model/label-selector';
import type { CalicoPolicy, CalicoRule, EntityRule } from '../../policies/calico/policy';
import type { ClusterWideRule } from '../../policies/cluster-network-policy/policy';
import type { Direction } from '../../policies/direction';
import type { NetworkPolicy } from '../../policies/kubernetes/network-policy';
import type { Policy, PolicySet } from '../../policies/policy';
import { calicoExamples, exampleLabels } from './selector-example';

/** A pod that is not in the manifests, as an example of all pods with these labels. */
export interface Stranger {
  /** A namespace of the manifests; absent: one that is not in them. */
  readonly namespace?: string | undefined;
  /** Labels of the unknown namespace, beside the one with its name. */
  readonly namespaceLabels: Labels;
  readonly labels: Labels;
  /** Absent: `default`. */
  readonly serviceAccount?: string | undefined;
}

/** Namespaces and labels that come from Calico itself cannot be given to an example. */
const RESERVED = 'projectcalico.org/';

/**
 * Examples of every pod outside the manifests that the rules of the policies tell apart: one without labels in an
 * unknown namespace and in each known one, and one for each selector of a rule. Sorted and without repeats.
 */
export function strangersOf(cluster: Cluster, policies: PolicySet): readonly Stranger[] {
  const found = new Map<string, Stranger>();
  const add = (stranger: Stranger): void => {
    found.set(strangerKey(stranger), stranger);
  };
  add({ namespaceLabels: {}, labels: {} });
  for (const namespace of cluster.namespaces.keys()) add({ namespace, namespaceLabels: {}, labels: {} });
  const wanted = [
    ...policies.kubernetes.flatMap(ofNetworkPolicy),
    ...policies.clusterWide.flatMap(({ ingress, egress }) =>
      [...ingress, ...egress].flatMap(ofClusterWideRule),
    ),
    ...policies.calico.flatMap(ofCalico),
  ];
  for (const stranger of wanted) {
    const known = placedIn(cluster, stranger.namespaceLabels);
    if (stranger.namespace !== undefined && !cluster.namespaces.has(stranger.namespace)) continue;
    add(stranger);
    if (stranger.namespace === undefined && known !== undefined)
      add({ ...stranger, namespace: known, namespaceLabels: {} });
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, stranger]) => stranger);
}

/** Examples of the pods that the rules of one policy speak of, in the order of its rules. */
export function strangersOfPolicy(policy: Policy): readonly Stranger[] {
  switch (policy.kind) {
    case 'NetworkPolicy':
      return ofNetworkPolicy(policy);
    case 'CalicoNetworkPolicy':
    case 'GlobalNetworkPolicy':
      return ofCalico(policy);
    case 'ClusterNetworkPolicy':
    case 'AdminNetworkPolicy':
    case 'BaselineAdminNetworkPolicy':
      return [...policy.ingress, ...policy.egress].flatMap(ofClusterWideRule);
  }
}

/** Equal for the same example. */
export function strangerKey({ namespace, namespaceLabels, labels, serviceAccount }: Stranger): string {
  return JSON.stringify([namespace ?? '', sorted(namespaceLabels), sorted(labels), serviceAccount ?? '']);
}

function sorted(labels: Labels): [string, string][] {
  return Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
}

const NAMESPACE_NAME = 'kubernetes.io/metadata.name';

/** The namespace that labels name, when the input has it. */
function placedIn({ namespaces }: Cluster, labels: Labels): string | undefined {
  const name = Object.hasOwn(labels, NAMESPACE_NAME) ? labels[NAMESPACE_NAME] : undefined;
  return name !== undefined && namespaces.has(name) ? name : undefined;
}

function ofNetworkPolicy({ namespace, ingress, egress }: NetworkPolicy): Stranger[] {
  return [...ingress, ...egress].flatMap(({ peers }) =>
    peers === 'any'
      ? []
      : peers.flatMap((peer) => {
          if (peer.type === 'ipBlock') return [];
          return exampleOf(peer.namespaceSelector, peer.podSelector, namespace);
        }),
  );
}

function exampleOf(
  namespaceSelector: LabelSelector | undefined,
  podSelector: LabelSelector | undefined,
  ownNamespace: string,
): Stranger[] {
  const labels = podSelector === undefined ? {} : exampleLabels(podSelector);
  const namespaceLabels = namespaceSelector === undefined ? {} : exampleLabels(namespaceSelector);
  if (labels === undefined || namespaceLabels === undefined) return [];
  return namespaceSelector === undefined
    ? [{ namespace: ownNamespace, namespaceLabels, labels }]
    : [{ namespaceLabels, labels }];
}

function ofClusterWideRule({ peers }: ClusterWideRule): Stranger[] {
  return peers.flatMap((peer) =>
    peer.type === 'pods' ? exampleOf(peer.pods.namespaceSelector, peer.pods.podSelector, '') : [],
  );
}

function ofCalico(policy: CalicoPolicy): Stranger[] {
  const rules: readonly [Direction, CalicoRule][] = [
    ...policy.ingress.map((rule) => ['ingress', rule] as const),
    ...policy.egress.map((rule) => ['egress', rule] as const),
  ].map(([direction, rule]): [Direction, CalicoRule] => [direction, rule]);
  return rules.flatMap(([direction, rule]) =>
    ofEntity(direction === 'ingress' ? rule.source : rule.destination, policy.namespace),
  );
}

/** Without a namespaceSelector the rule of a namespaced policy speaks of its own namespace, that of a global one of all. */
function ofEntity(entity: EntityRule, ownNamespace: string | undefined): Stranger[] {
  if (
    entity.selector === undefined &&
    entity.namespaceSelector === undefined &&
    entity.serviceAccounts === undefined
  )
    return [];
  const usable = (labels: Labels): boolean => !Object.keys(labels).some((key) => key.startsWith(RESERVED));
  const serviceAccount = entity.serviceAccounts?.names[0];
  const namespace = entity.namespaceSelector === undefined ? ownNamespace : undefined;
  return calicoExamples(entity.namespaceSelector)
    .filter(usable)
    .flatMap((namespaceLabels) =>
      calicoExamples(entity.selector)
        .filter(usable)
        .map((labels) => ({
          namespaceLabels,
          labels,
          ...(namespace === undefined ? {} : { namespace }),
          ...(serviceAccount === undefined ? {} : { serviceAccount }),
        })),
    );
}
