import { OperatorMadePods } from './operator-made-pods';
import { policyName } from './policy-name';
import { SeenLabels } from './seen-labels';
import { selectorWords } from '../checks/selector-words';
import { ModelIndex } from '../compiler/resolution/model-index';
import type { Cluster } from '../model/cluster';
import type { Finding, Severity } from '../model/finding';
import { matches, selectsEverything } from '../model/label-selector';
import type { Workload } from '../model/workloads/workload';
import type { NetworkPolicy } from '../policies/kubernetes/network-policy';

/**
 * Kubernetes policies that select no pod which they could isolate: a typo in a label leaves the pods it was written
 * for open, and nothing else would say so. It is a note where the pods are an operator's or the manifests have no
 * workload of the namespace at all, and a warning otherwise. A policy for all pods of a namespace is never one.
 *
 * @param calicoLabels whether selectors see the labels that Calico sets. Default no.
 */
export function findPoliciesWithoutPods(
  cluster: Cluster,
  policies: readonly NetworkPolicy[],
  calicoLabels = false,
): Finding[] {
  const seen = new SeenLabels(cluster, calicoLabels);
  const index = new ModelIndex(cluster);
  const operators = new OperatorMadePods(cluster);
  return policies.flatMap((policy) => {
    if (selectsEverything(policy.podSelector)) return [];
    const selected = selectedBy(policy, index, seen);
    return selected.some(({ hostNetwork }) => !hostNetwork) ? [] : judge(policy, selected, index, operators);
  });
}

function selectedBy(
  { namespace, podSelector }: NetworkPolicy,
  index: ModelIndex,
  seen: SeenLabels,
): readonly Workload[] {
  if (seen.differAt(podSelector))
    return index.inNamespace(namespace).filter((workload) => matches(podSelector, seen.ofPods(workload)));
  const labelled = index.selected(namespace, podSelector.matchLabels);
  return podSelector.matchExpressions.length === 0
    ? labelled
    : labelled.filter(({ labels }) => matches(podSelector, labels));
}

function judge(
  policy: NetworkPolicy,
  selected: readonly Workload[],
  index: ModelIndex,
  operators: OperatorMadePods,
): Finding[] {
  const { namespace, podSelector } = policy;
  const name = policyName(policy);
  if (selected.length > 0) {
    const hosts = selected.map(({ id }) => id).join(', ');
    return [
      finding(policy, 'warning', {
        id: 'policy-on-host-network',
        message: `${name} has no effect: it selects only ${hosts}, which uses the network of its node`,
        mend: 'Give the pods a network of their own (hostNetwork: false), or guard the node and remove the policy.',
      }),
    ];
  }
  const made = operators.meantBy(podSelector, namespace);
  const empty = index.inNamespace(namespace).length === 0;
  const why =
    made.length > 0
      ? `it seems to mean what an operator makes of ${made.join(', ')}`
      : empty
        ? `they have no workload of namespace ${namespace}`
        : 'those it was written for, if there are any, are not isolated by it';
  return [
    finding(policy, made.length > 0 || empty ? 'info' : 'warning', {
      id: 'policy-selects-nothing',
      message: `${name} selects no pod of the manifests (${selectorWords(podSelector)}): ${why}`,
      mend:
        made.length > 0 || empty
          ? 'Add the workloads to the input to have it judged.'
          : 'Correct the podSelector, or remove the policy.',
    }),
  ];
}

function finding(
  policy: NetworkPolicy,
  severity: Severity,
  said: Pick<Finding, 'id' | 'message' | 'mend'>,
): Finding {
  return { ...said, severity, object: policyName(policy), place: policy.place.at(['spec', 'podSelector']) };
}
