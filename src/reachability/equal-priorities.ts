import type { Engine } from './engine';
import { tierNameOf } from './rules/composition';
import { areOpposed } from './rules/opposed-actions';
import type { Finding } from '../model/finding';
import { groupBy } from '../model/group-by';
import type { ClusterWidePolicy } from '../policies/cluster-network-policy/policy';
import { DIRECTIONS } from '../policies/direction';
import { policyId } from '../policies/policy-id';
import type { PolicySet } from '../policies/policy';

/**
 * ClusterNetworkPolicies of one tier, or AdminNetworkPolicies, that have one priority, select the same pods and have rules
 * with different actions. The API leaves open which of them is asked (network-policy-api v1alpha2 and v1alpha1, field
 * `priority`), whatever one network plugin does.
 */
export function equalPriorities(engine: Engine, { clusterWide }: PolicySet): Finding[] {
  return rivals(clusterWide).flatMap((policies) =>
    policies.flatMap((policy, index): Finding[] => {
      for (const before of policies.slice(0, index)) {
        const pod = mayDisagree(before, policy) ? sharedPod(engine, before, policy) : undefined;
        if (pod !== undefined) return [finding(engine, before, policy, pod)];
      }
      return [];
    }),
  );
}

/** Those of one tier and priority, where these are at least two; sorted by name. */
function rivals(policies: readonly ClusterWidePolicy[]): ClusterWidePolicy[][] {
  const ranked = policies.filter(({ kind }) => kind !== 'BaselineAdminNetworkPolicy');
  return [...groupBy(ranked, (policy) => `${tierNameOf(policy)} ${policy.priority}`).values()]
    .filter(({ length }) => length > 1)
    .map((group) => group.sort((a, b) => (a.name < b.name ? -1 : 1)));
}

function mayDisagree(a: ClusterWidePolicy, b: ClusterWidePolicy): boolean {
  return DIRECTIONS.some((direction) =>
    areOpposed([a, b].map((policy) => policy[direction].map(({ action }) => action))),
  );
}

/** The first by its id that both select, as numbers of ends are others after a change; undefined for none. */
function sharedPod(engine: Engine, a: ClusterWidePolicy, b: ClusterWidePolicy): string | undefined {
  const [one, other] = [engine.compiled(a)?.subject, engine.compiled(b)?.subject];
  if (one === undefined || other === undefined) return undefined;
  const ids = [...one.intersect(other).members()].flatMap((index) =>
    (engine.ends.at(index)?.workloads ?? []).map(({ id }) => id),
  );
  return ids.reduce<string | undefined>(
    (first, id) => (first === undefined || id < first ? id : first),
    undefined,
  );
}

function finding(engine: Engine, first: ClusterWidePolicy, second: ClusterWidePolicy, pod: string): Finding {
  const { contest } = engine.compiled(second) ?? {};
  const follows =
    contest === undefined
      ? `The API leaves open which of them is asked. The network plugin here goes by the name and asks ${policyId(first)} first; another may not.`
      : 'The API leaves open which of them is asked, so connections about which they disagree are undecided.';
  return {
    id: 'equal-priority',
    severity: 'warning',
    message: `${policyId(first)} and ${policyId(second)} have the same priority (${second.priority}), select the same pods (${pod} among them) and have rules with different actions. ${follows}`,
    object: policyId(second),
    place: second.place.at(['spec', 'priority']),
    mend: 'Give the two different priorities: the lower one is asked first.',
  };
}
