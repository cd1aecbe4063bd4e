import type { Finding } from '../model/finding';
import { DIRECTIONS } from '../policies/direction';
import type { Check } from './check';
import { policyFinding } from './policy-finding';

/**
 * Rules for a direction that is not among the types are taken and never looked at (network-policy-semantics 2.1 items 1
 * and 2, calico-policy-model 1.3).
 */
export const rulesWithoutType: Check = {
  id: 'rules-without-type',
  severity: 'warning',
  summary: 'A policy has rules for a direction that its types leave out, so they have no effect.',
  run: ({ examined }) =>
    [...examined.kubernetes, ...examined.calico].flatMap((policy): Finding[] =>
      DIRECTIONS.filter((direction) => policy[direction].length > 0 && !policy.types.includes(direction)).map(
        (direction) => {
          const field = policy.kind === 'NetworkPolicy' ? 'policyTypes' : 'types';
          const type = direction === 'ingress' ? 'Ingress' : 'Egress';
          return policyFinding(rulesWithoutType, policy, {
            place: policy.place.at(['spec', direction]),
            message: `The policy has ${direction} rules, but ${field} does not list ${type}: the rules are not looked at, and the policy restricts no ${direction}.`,
            mend: `Add ${type} to ${field} when the rules are meant, else remove them.`,
          });
        },
      ),
    ),
};
