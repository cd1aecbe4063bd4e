import { groupBy } from '../model/group-by';
import { matches, selectsEverything } from '../model/label-selector';
import type { Namespace } from '../model/namespace';
import { podEntityLabels } from '../policies/calico/entity-labels';
import { policyScope } from '../policies/calico/scope';
import { selectorMatches } from '../policies/calico/selector-match';
import type { NetworkPolicy } from '../policies/kubernetes/network-policy';
import type { PolicySet } from '../policies/policy';
import type { Check } from './check';
import { hasPodNetwork } from './landscape';

/**
 * All workloads of a namespace are isolated, each by policies of its own, and no policy is for whatever comes there:
 * the next workload is open until somebody thinks of it (intent-systems D4).
 */
export const namespaceWithoutDefaultDeny: Check = {
  id: 'namespace-without-default-deny',
  severity: 'info',
  summary: 'Policies isolate the workloads of a namespace one by one, and a new one would be open.',
  synth: false,
  run: ({ cluster, policies, reachability }) => {
    const denied = new Set(policies.kubernetes.filter(isForAllPods).map(({ namespace }) => namespace));
    return [...groupBy(cluster.workloads.filter(hasPodNetwork), ({ namespace }) => namespace)].flatMap(
      ([name, workloads]) => {
        const [first] = workloads;
        const namespace = cluster.namespaces.get(name);
        if (first === undefined || namespace === undefined) return [];
        if (!workloads.every((workload) => reachability.isolatedBy(workload, 'ingress').length > 0))
          return [];
        if (denied.has(name) || isolatesAnyPod(policies, namespace)) return [];
        return [
          {
            id: namespaceWithoutDefaultDeny.id,
            severity: namespaceWithoutDefaultDeny.severity,
            object: `Namespace/${name}`,
            place: namespace.declared ? namespace.place : first.place,
            message: `Policies isolate ${workloads.length === 1 ? 'the workload' : `all ${workloads.length} workloads`} of namespace ${name} by ${workloads.length === 1 ? 'its' : 'their'} labels, and none is for every pod: anybody may call a workload that is added, until a policy is written for it.`,
            mend: `Add a default deny for ${name}: podSelector: {} and policyTypes: [Ingress].`,
          },
        ];
      },
    );
  },
};

function isForAllPods({ types, podSelector }: NetworkPolicy): boolean {
  return types.includes('ingress') && selectsEverything(podSelector);
}

/** Whether some cluster-wide or Calico policy isolates a pod of the namespace that has no labels. */
function isolatesAnyPod({ calico, clusterWide }: PolicySet, namespace: Namespace): boolean {
  const { name, labels: namespaceLabels } = namespace;
  const bare = podEntityLabels({
    labels: {},
    namespace: name,
    namespaceLabels,
    serviceAccount: 'default',
    serviceAccountLabels: {},
  });
  return (
    calico.some((policy) => {
      if (policy.staged || policy.hostOnly || !policy.types.includes('ingress')) return false;
      const scope = policyScope(policy);
      return scope === undefined || selectorMatches(scope, bare);
    }) ||
    clusterWide.some(
      ({ subject, ingress }) =>
        ingress.length > 0 &&
        subject.podSelector === undefined &&
        matches(subject.namespaceSelector, namespaceLabels),
    )
  );
}
