import { selectsEverything } from '../model/label-selector';
import type { NetworkPolicy } from '../policies/kubernetes/network-policy';
import type { Workload } from '../model/workloads/workload';
import type { Check } from './check';
import { isOwnPolicy, opensNumber, portsOf, someOf } from './kubernetes-rules';
import { Landscape } from './landscape';
import { policyFinding } from './policy-finding';

/**
 * A policy for all pods of its namespace whose ports only some of them have: it isolates the others as well
 * (intent-systems L5).
 */
export const emptySelectorNarrowRule: Check = {
  id: 'empty-selector-narrow-rule',
  severity: 'warning',
  summary:
    'A policy for all pods of a namespace opens ports that only some of them have, and shuts the others.',
  run: ({ cluster, calicoLabels, examined, reachability }) => {
    const landscape = Landscape.of(cluster, calicoLabels);
    return examined.kubernetes.filter(isSuspect).flatMap((policy) => {
      const serving = landscape.subjects(policy).filter(({ ports }) => ports.length > 0);
      const shut = serving.filter(
        (pod) =>
          !isOpened(policy, pod) &&
          reachability.isolatedBy(pod, 'ingress').every((other) => other === policy),
      );
      if (shut.length === 0 || shut.length === serving.length) return [];
      const meant = serving.filter((pod) => isOpened(policy, pod));
      if (meant.length === 0) return [];
      return [
        policyFinding(emptySelectorNarrowRule, policy, {
          place: policy.place.at(['spec', 'podSelector']),
          message: `The policy selects every pod of ${policy.namespace}, and its rules open ports that ${someOf(meant.map(({ id }) => id))} ${meant.length === 1 ? 'has' : 'have'}. ${someOf(shut.map(({ id }) => id))} ${shut.length === 1 ? 'is' : 'are'} isolated too, and nothing opens ${shut.length === 1 ? 'its' : 'their'} ports.`,
          mend: 'Write the labels of the pods that are meant into podSelector; add rules for the others when all are to be isolated.',
        }),
      ];
    });
  },
};

/** Every rule of it names ports by number. */
function isSuspect(policy: NetworkPolicy): boolean {
  return (
    policy.types.includes('ingress') &&
    selectsEverything(policy.podSelector) &&
    policy.ingress.length > 0 &&
    policy.ingress.every(
      (rule) => rule.ports !== 'all' && portsOf(rule).every(({ port }) => typeof port === 'number'),
    ) &&
    !isOwnPolicy(policy)
  );
}

function isOpened(policy: NetworkPolicy, { ports }: Workload): boolean {
  return ports.some(({ port, protocol }) => policy.ingress.some((rule) => opensNumber(rule, protocol, port)));
}
