import type { CalicoPolicy } from '../policies/calico/policy';
import { DIRECTIONS, type Direction } from '../policies/direction';
import type { Policy } from '../policies/policy';
import type { Check } from './check';
import { isolationGroups, groupsByPolicy } from './isolation-groups';
import { someOf } from './kubernetes-rules';
import { policyFinding } from './policy-finding';

/** The tier in which NetworkPolicies are (calico-policy-model 5.1). */
const TIER = 'default';

/**
 * A policy that is to deny something and nothing else: whatever it does not speak of is denied as well, at the end of
 * its tier (calico-policy-model 5.3 and 8 item 4, issue 9292).
 */
export const calicoDenyOnlyPolicy: Check = {
  id: 'calico-deny-only-policy',
  severity: 'warning',
  summary: 'A Calico policy only denies, and the end of its tier denies everything else of its pods too.',
  run: ({ cluster, policies, reachability }) => {
    if (!policies.calico.some((policy) => DIRECTIONS.some((direction) => onlyDenies(policy, direction))))
      return [];
    return DIRECTIONS.flatMap((direction) => {
      const byPolicy = groupsByPolicy(isolationGroups(cluster, reachability, direction));
      return policies.calico
        .filter((policy) => onlyDenies(policy, direction))
        .flatMap((policy) => {
          const shut = (byPolicy.get(policy) ?? []).filter(
            (group) => !group.policies.some((other) => isIn(other, policy.tier) && lets(other, direction)),
          );
          const [rule] = policy[direction];
          if (shut.length === 0 || rule === undefined) return [];
          const pods = shut.flatMap(({ workloads }) => workloads.map(({ id }) => id));
          return [
            policyFinding(calicoDenyOnlyPolicy, policy, {
              place: rule.place,
              message: `The policy only denies, and nothing in tier ${policy.tier} allows or passes on ${direction} of ${someOf(pods)}: the tier ends in a deny for the pods that its policies select, so all their ${direction} is denied, not only what the rules say.`,
              mend: 'Add a last rule with action: Pass (or Allow) when everything else is to go on; remove the rules when everything is to be denied.',
            }),
          ];
        });
    });
  },
};

function onlyDenies(policy: CalicoPolicy, direction: Direction): boolean {
  const rules = policy[direction];
  return (
    !policy.staged &&
    !policy.hostOnly &&
    policy.types.includes(direction) &&
    rules.some(({ action }) => action === 'Deny') &&
    rules.every(({ action }) => action === 'Deny' || action === 'Log')
  );
}

function isIn(policy: Policy, tier: string): boolean {
  if (policy.kind === 'NetworkPolicy') return tier === TIER;
  return 'order' in policy && policy.tier === tier;
}

function lets(policy: Policy, direction: Direction): boolean {
  return policy.kind === 'NetworkPolicy'
    ? policy[direction].length > 0
    : policy[direction].some(({ action }) => action !== 'Deny' && action !== 'Log');
}
