import type { CalicoPolicy, CalicoTier } from '../policies/calico/policy';
import { DIRECTIONS, type Direction } from '../policies/direction';
import type { PolicySet } from '../policies/policy';
import type { Check } from './check';
import { policyFinding } from './policy-finding';

const KUBERNETES_TIER = 'default';
const BASELINE_TIER = 'kube-baseline';

/**
 * Pass where no tier comes after: the profiles of pods decide, and they allow everything (calico-policy-model 5.3). In
 * a tier that ends in Pass it is what happens anyway.
 */
export const calicoPassInLastTier: Check = {
  id: 'calico-pass-in-last-tier',
  severity: 'warning',
  summary: 'A Calico rule passes on to later tiers, and none has a policy: it allows.',
  run: ({ policies }) =>
    policies.calico
      .filter(({ staged, hostOnly }) => !staged && !hostOnly)
      .flatMap((policy) =>
        DIRECTIONS.filter(
          (direction) => policy.types.includes(direction) && isLast(policy, direction, policies),
        ).flatMap((direction) =>
          policy[direction]
            .filter(({ action }) => action === 'Pass')
            .map((rule) =>
              policyFinding(calicoPassInLastTier, policy, {
                place: rule.place.at(['action']),
                message: `The rule passes ${direction} on to the tiers after ${policy.tier}, and none of them has a policy for it in the input: what nothing decides is allowed to pods, so the rule allows.`,
                mend: 'Write action: Allow when that is meant, else put the policies that are to decide into a later tier.',
              }),
            ),
        ),
      ),
};

function isLast(policy: CalicoPolicy, direction: Direction, policies: PolicySet): boolean {
  const names = policies.tiers.map(({ name }) => name);
  const own = names.indexOf(policy.tier);
  if (own < 0 || !endsInDeny(policies.tiers[own])) return false;
  const later = new Set(names.slice(own + 1));
  const unknown = policies.calico.some(({ tier }) => !names.includes(tier));
  const calico = policies.calico.some(
    (other) => !other.staged && later.has(other.tier) && other.types.includes(direction),
  );
  const kubernetes =
    later.has(KUBERNETES_TIER) && policies.kubernetes.some(({ types }) => types.includes(direction));
  const baseline =
    (own < names.indexOf(BASELINE_TIER) || !names.includes(BASELINE_TIER)) &&
    policies.clusterWide.some((other) => other.tier === 'Baseline' && other[direction].length > 0);
  return !unknown && !calico && !kubernetes && !baseline;
}

function endsInDeny(tier: CalicoTier | undefined): boolean {
  return tier?.defaultAction === 'Deny';
}
