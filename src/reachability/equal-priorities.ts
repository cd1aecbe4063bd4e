import type { Engine } from './engine';
import { IndexSet } from './sets/index-set';
import { tierNameOf } from './rules/composition';
import type { Finding } from '../model/finding';
import type { ClusterWidePolicy } from '../policies/cluster-network-policy/policy';
import { DIRECTIONS, type Direction } from '../policies/direction';
import { policyId } from '../policies/policy-id';
import type { PolicySet } from '../policies/policy';

/**
 * ClusterNetworkPolicies of one tier, or AdminNetworkPolicies, that have one priority, select the same pods and have rules
 * with different actions. The API leaves open which of them is asked (network-policy-api v1alpha2 and v1alpha1, field
 * `priority`), whatever one network plugin does.
 */
export function equalPriorities(engine: Engine, { clusterWide }: PolicySet): Finding[] {
  return rivals(clusterWide).flatMap((policies) => {
    return policies.flatMap((policy, index): Finding[] => {
      const other = policies
        .slice(0, index)
        .find((before) => mayDisagree(before, policy) && share(engine, before, policy));
      if (other === undefined) return [];
      return [finding(engine, other, policy)];
    });
  });
}

/** Those of one tier and priority, where these are at least two; sorted by name. */
function rivals(policies: readonly ClusterWidePolicy[]): ClusterWidePolicy[][] {
  const groups = new Map<string, ClusterWidePolicy[]>();
  for (const policy of policies) {
    if (policy.kind === 'BaselineAdminNetworkPolicy') continue;
    const key = `${tierNameOf(policy)} ${policy.priority}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [policy]);
    else group.push(policy);
  }
  return [...groups.values()]
    .filter(({ length }) => length > 1)
    .map((group) => group.sort((a, b) => (a.name < b.name ? -1 : 1)));
}

function mayDisagree(a: ClusterWidePolicy, b: ClusterWidePolicy): boolean {
  const actions = (policy: ClusterWidePolicy, direction: Direction): string[] =>
    policy[direction].map(({ action }) => action);
  return DIRECTIONS.some((direction) =>
    actions(a, direction).some((one) => actions(b, direction).some((other) => one !== other)),
  );
}

function share(engine: Engine, a: ClusterWidePolicy, b: ClusterWidePolicy): boolean {
  return !sharedEnds(engine, a, b).isEmpty;
}

function sharedEnds(engine: Engine, a: ClusterWidePolicy, b: ClusterWidePolicy): IndexSet {
  const [one, other] = [engine.compiled(a)?.subject, engine.compiled(b)?.subject];
  return one === undefined || other === undefined ? IndexSet.EMPTY : one.intersect(other);
}

/** The first by its id: numbers of ends are others after a change. */
function sharedPod(engine: Engine, a: ClusterWidePolicy, b: ClusterWidePolicy): string {
  const ids = [...sharedEnds(engine, a, b).members()].flatMap((index) =>
    (engine.ends.at(index)?.workloads ?? []).map(({ id }) => id),
  );
  return ids.reduce((first, id) => (id < first ? id : first), ids[0] ?? '');
}

function finding(engine: Engine, first: ClusterWidePolicy, second: ClusterWidePolicy): Finding {
  const { contest } = engine.compiled(second) ?? {};
  const pod = sharedPod(engine, first, second);
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
