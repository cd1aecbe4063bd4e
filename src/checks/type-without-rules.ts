import type { NetworkPolicy } from '../policies/kubernetes/network-policy';
import type { Check } from './check';
import { Landscape } from './landscape';
import { policyFinding } from './policy-finding';

/**
 * `Egress` among the types of a policy that only has ingress rules: its pods may open no connection, unless another
 * policy lets them (network-policy-semantics 2.1 item 3). A database may well be meant so.
 */
export const typeWithoutRules: Check = {
  id: 'type-without-rules',
  severity: 'info',
  summary:
    'A policy with ingress rules lists Egress without a rule for it, and cuts its pods off from everything.',
  synth: false,
  run: ({ cluster, calicoLabels, policies, reachability }) => {
    const landscape = Landscape.of(cluster, calicoLabels);
    return policies.kubernetes.filter(isSuspect).flatMap((policy) => {
      const subjects = landscape.subjects(policy);
      const cut = subjects.filter((workload) =>
        reachability
          .isolatedBy(workload, 'egress')
          .every((other) => other.kind === 'NetworkPolicy' && other.egress.length === 0),
      );
      const [first] = cut;
      if (first === undefined || cut.length < subjects.length) return [];
      const who = cut.length === 1 ? first.id : `${first.id} and ${cut.length - 1} more`;
      return [
        policyFinding(typeWithoutRules, policy, {
          place: policy.place.at(['spec', 'policyTypes']),
          message: `policyTypes lists Egress, and there is no egress rule, here or in another policy: ${who} can open no connection, and resolve no names.`,
          mend: 'Remove Egress from policyTypes when only ingress is to be restricted; else nothing.',
        }),
      ];
    });
  },
};

function isSuspect({ types, ingress, egress }: NetworkPolicy): boolean {
  return types.includes('egress') && egress.length === 0 && ingress.length > 0;
}
