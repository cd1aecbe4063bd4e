import type { SharedWorld } from './shared-reach';
import type { NamespacePart } from './model-parts';
import { matches } from '../../model/label-selector';
import type { Namespace } from '../../model/namespace';
import type { Resource } from '../../model/resource';
import type { Workload } from '../../model/workloads/workload';
import { CALICO_GROUP } from '../../policies/calico/api-group';
import { podEntityLabels } from '../../policies/calico/entity-labels';
import type { CalicoPolicy } from '../../policies/calico/policy';
import { policyScope, SERVICE_ACCOUNT_PREFIX } from '../../policies/calico/scope';
import { selectorMatches } from '../../policies/calico/selector-match';
import type { ClusterWidePolicy } from '../../policies/cluster-network-policy/policy';
import type { PolicySet } from '../../policies/policy';
import { readPolicies } from '../../policies/read-policies';

/** What rules or orders of Calico's policies refer to. */
const REFERRED: ReadonlySet<string> = new Set(['Tier', 'NetworkSet', 'GlobalNetworkSet']);

/**
 * The namespaces for which policies of the whole cluster that have changed can make a difference: a compilation asks what the
 * policies say that are there about the workloads of its namespace, so those that have a workload which one of them selects,
 * as it was or as it is. Tiers and sets matter to whom a policy of Calico selects.
 */
export function policyReach(changed: readonly Resource[], world: SharedWorld): ReadonlySet<string> | 'all' {
  const { before, after } = world;
  if (isOfCalico(before) !== isOfCalico(after)) return 'all';
  const isReferred = changed.some(({ kind }) => REFERRED.has(kind));
  const policies = changed.filter(({ kind }) => !REFERRED.has(kind));
  if (isReferred) policies.push(...[...before, ...after].filter(isGlobalPolicy));
  // Of one object there are two versions, each of which counts.
  const sets = policies.map((resource) => readPolicies([resource]));
  if (sets.some((set) => !isKnown(set))) return 'all';
  const reached = new Set<string>();
  for (const [name, part] of world.parts) {
    const ofCalico = isReferred && part.policies.some(({ group }) => group === CALICO_GROUP);
    if (ofCalico || sets.some((set) => selectsIn(set, name, part, world.namespaces))) reached.add(name);
  }
  return reached;
}

/** The first policy of Calico says which network plugin there is. */
function isOfCalico(shared: readonly Resource[]): boolean {
  return shared.some(({ group }) => group === CALICO_GROUP);
}

function isGlobalPolicy({ group, kind }: Resource): boolean {
  return group === CALICO_GROUP && kind.endsWith('GlobalNetworkPolicy');
}

/** Whom it selects can be told: that is one policy without an error, which asks nothing about service accounts. */
function isKnown({ calico, clusterWide, outOfModel }: PolicySet): boolean {
  return (
    outOfModel.length === 0 &&
    calico.length + clusterWide.length === 1 &&
    calico.every(
      ({ selector, serviceAccountSelector }) =>
        serviceAccountSelector === undefined &&
        !JSON.stringify(selector ?? null).includes(SERVICE_ACCOUNT_PREFIX),
    )
  );
}

function selectsIn(
  { calico, clusterWide }: PolicySet,
  namespace: string,
  { objects }: NamespacePart,
  namespaces: SharedWorld['namespaces'],
): boolean {
  const there = namespaces.get(namespace);
  const { workloads } = objects.cluster;
  return (
    clusterWide.some((policy) => workloads.some((workload) => isSubject(policy, workload, there))) ||
    calico.some((policy) => workloads.some((workload) => isInScope(policy, workload, there)))
  );
}

function isSubject(
  { subject }: ClusterWidePolicy,
  { labels }: Workload,
  there: Namespace | undefined,
): boolean {
  const { namespaceSelector, podSelector } = subject;
  return (
    matches(namespaceSelector, there?.labels ?? {}) &&
    (podSelector === undefined || matches(podSelector, labels))
  );
}

function isInScope(
  policy: CalicoPolicy,
  { labels, namespace, serviceAccount }: Workload,
  there: Namespace | undefined,
): boolean {
  const scope = policyScope(policy);
  if (scope === undefined) return true;
  const identity = {
    labels,
    namespace,
    namespaceLabels: there?.labels ?? {},
    serviceAccount,
    serviceAccountLabels: {},
  };
  return selectorMatches(scope, podEntityLabels(identity));
}
