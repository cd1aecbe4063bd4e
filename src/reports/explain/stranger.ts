import type { Labels } from '../../model/resource';
import type { LabelSelector } from '../../model/label-selector';
import type { CalicoPolicy, CalicoRule, EntityRule } from '../../policies/calico/policy';
import type { ClusterWideRule } from '../../policies/cluster-network-policy/policy';
import type { Direction } from '../../policies/direction';
import type { NetworkPolicy } from '../../policies/kubernetes/network-policy';
import type { Policy } from '../../policies/policy';
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
  const { names = [] } = entity.serviceAccounts ?? {};
  const accounts = names.length === 0 ? [undefined] : names;
  const namespace = entity.namespaceSelector === undefined ? ownNamespace : undefined;
  return calicoExamples(entity.namespaceSelector)
    .filter(usable)
    .flatMap((namespaceLabels) =>
      calicoExamples(entity.selector)
        .filter(usable)
        .flatMap((labels) =>
          accounts.map((serviceAccount) => ({
            namespaceLabels,
            labels,
            ...(namespace === undefined ? {} : { namespace }),
            ...(serviceAccount === undefined ? {} : { serviceAccount }),
          })),
        ),
    );
}
