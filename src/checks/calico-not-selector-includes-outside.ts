import type { CalicoPolicy, EntityRule } from '../policies/calico/policy';
import { DIRECTIONS } from '../policies/direction';
import type { Check } from './check';
import { policyFinding } from './policy-finding';

/**
 * `notSelector` alone in a GlobalNetworkPolicy matches every address but those of what it selects, outside the cluster
 * too; a negated `selector` matches what Calico knows only (network-policy-semantics 2.3, calico-policy-model 4.3).
 */
export const calicoNotSelectorIncludesOutside: Check = {
  id: 'calico-not-selector-includes-outside',
  severity: 'warning',
  summary:
    'A Calico rule allows everybody but some pods by notSelector alone, and so every address outside too.',
  run: ({ policies }) =>
    policies.calico.filter(isGlobal).flatMap((policy) =>
      DIRECTIONS.filter((direction) => policy.types.includes(direction)).flatMap((direction) => {
        const side = direction === 'ingress' ? 'source' : 'destination';
        return policy[direction]
          .filter((rule) => rule.action === 'Allow' && isNotSelectorAlone(rule[side]))
          .map((rule) =>
            policyFinding(calicoNotSelectorIncludesOutside, policy, {
              place: rule.place.at([side, 'notSelector']),
              message: `notSelector alone means every address except those of the pods it selects: the rule allows ${direction === 'ingress' ? 'everybody outside the cluster in' : 'every address outside the cluster'} as well.`,
              mend: `Write selector: '!(…)' when only pods are meant, or add nets.`,
            }),
          );
      }),
    ),
};

function isGlobal({ kind, hostOnly }: CalicoPolicy): boolean {
  return kind === 'GlobalNetworkPolicy' && !hostOnly;
}

function isNotSelectorAlone({
  selector,
  notSelector,
  namespaceSelector,
  serviceAccounts,
  services,
  nets,
}: EntityRule): boolean {
  return (
    notSelector !== undefined &&
    nets.length === 0 &&
    [selector, namespaceSelector, serviceAccounts, services].every((one) => one === undefined)
  );
}
