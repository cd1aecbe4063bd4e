import type { NetworkPolicy } from '../policies/kubernetes/network-policy';
import type { Check } from './check';
import { rulesInForce } from './kubernetes-rules';
import { hasPodNetwork, Landscape } from './landscape';
import { policyFinding } from './policy-finding';

/** A rule without peers and ports opens everything, and nothing can take it back (2.1 items 1 and 3, L17). */
export const allowAllRule: Check = {
  id: 'allow-all-rule',
  severity: 'info',
  summary: 'A rule has neither peers nor ports: it opens everything, whatever other policies say.',
  synth: false,
  run: ({ cluster, calicoLabels, policies }) => {
    const landscape = Landscape.of(cluster, calicoLabels);
    const hasEffect = ({ namespace, podSelector }: NetworkPolicy): boolean => {
      const pods = landscape.selected(namespace, podSelector);
      return pods.length === 0 || pods.some(hasPodNetwork);
    };
    return rulesInForce(policies.kubernetes)
      .filter(({ policy, rule }) => rule.peers === 'any' && rule.ports === 'all' && hasEffect(policy))
      .map(({ policy, direction, rule, list }) =>
        policyFinding(allowAllRule, policy, {
          place: rule.place,
          message: `The rule opens all ${direction}${direction === 'ingress' ? ', from outside the cluster too' : ', to the internet too'}: NetworkPolicies only add, so no other one restricts these pods.`,
          mend: `Name peers ("${list}") and ports; when all ${direction} is meant to be open, nothing.`,
        }),
      );
  },
};
