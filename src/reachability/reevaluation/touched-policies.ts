import { networkSetLabels } from '../rules/calico-entity';
import { isPosing } from '../rules/posing-sets';
import { tierNameOf } from '../rules/composition';
import { namespacesMeanSet, namespacesWithSets } from '../rules/namespace-sets';
import { profileOf } from '../engine';
import type { Model, ModelChange, Pair } from './model-change';
import type { Labels } from '../../model/resource';
import type { CalicoPolicy, EntityRule, NetworkSet } from '../../policies/calico/policy';
import { entityScope } from '../../policies/calico/scope';
import { selectorMatches } from '../../policies/calico/selector-match';
import { isCalicoPolicy, type Policy } from '../../policies/policy';

/** Whether a policy that has stayed as it was may mean something else now, by what its rules name or select. */
export type Touches = (policy: Policy) => boolean;

/** Undefined: none. */
export function touchedPolicies(before: Model, after: Model, change: ModelChange): Touches | undefined {
  const ways = [
    touchedRules(before, after, change),
    change.tiers.size === 0 ? undefined : (policy: Policy) => change.tiers.has(tierNameOf(policy)),
    movesBaseline(after, change) ? isBaseline : undefined,
  ].filter((way) => way !== undefined);
  return ways.length === 0 ? undefined : (policy) => ways.some((touches) => touches(policy));
}

/**
 * Rules of Calico speak of objects that are neither pods nor namespaces: of Services by name, and of network sets by
 * labels. To Calico the `namespaces` of admin policies are network sets as well (rules/namespace-sets.ts). A Service stands for host-network workloads and their nodes too, so that where these change any rule that
 * names a Service may.
 */
function touchedRules(before: Model, after: Model, change: ModelChange): Touches | undefined {
  const sets = [...setsOf(before, change, 'before'), ...setsOf(after, change, 'after')];
  const hosts = change.workloads.some((pair) => isHost(pair));
  if (sets.length === 0 && change.services.size === 0 && !hosts) return undefined;
  const touches = (side: EntityRule, policy: CalicoPolicy): boolean => {
    const { services } = side;
    if (services !== undefined)
      return hosts || change.services.has(`${services.namespace ?? ''}/${services.name}`);
    const { positive, except } = entityScope(side, policy.namespace);
    return [positive, except].some(
      (selector) => selector !== undefined && sets.some((labels) => selectorMatches(selector, labels)),
    );
  };
  const profile = profileOf(after.policies, after.options);
  // A set that is met as a pod is met by whatever policy selects pods.
  const posing = profile.setsOwnLabels && sets.some(isPosing);
  return (policy) => {
    if (posing && !isCalicoPolicy(policy)) return true;
    if (policy.kind === 'NetworkPolicy') return false;
    if (!isCalicoPolicy(policy))
      return namespacesWithSets(policy, profile).some((selector) =>
        sets.some((labels) => namespacesMeanSet(selector, labels)),
      );
    return [...policy.ingress, ...policy.egress].some(
      ({ source, destination }) => touches(source, policy) || touches(destination, policy),
    );
  };
}

/** Whether NetworkPolicies that have changed decide, by selecting pods, which pods Baseline policies govern. */
function movesBaseline({ policies, options }: Model, change: ModelChange): boolean {
  return (
    profileOf(policies, options).anyPolicyEndsBaseline &&
    change.policies.some(({ before, after }) => (before ?? after)?.kind === 'NetworkPolicy')
  );
}

function isBaseline(policy: Policy): boolean {
  return 'subject' in policy && policy.tier === 'Baseline';
}

function isHost({ before, after }: Pair<{ readonly hostNetwork: boolean }>): boolean {
  return before?.hostNetwork === true || after?.hostNetwork === true;
}

/** The labels of the network sets that are others in the other model, by their own labels or by their namespace's. */
function setsOf({ cluster, policies }: Model, change: ModelChange, side: keyof Pair<NetworkSet>): Labels[] {
  const sets = new Set(change.networkSets.flatMap((pair) => pair[side] ?? []));
  if (change.namespaces.size > 0) {
    for (const set of policies.networkSets)
      if (set.namespace !== undefined && change.namespaces.has(set.namespace)) sets.add(set);
  }
  return [...sets].map((set) => networkSetLabels(set, cluster));
}
