import type { CalicoPolicy } from '../policies/calico/policy';
import { selectsNoPod } from '../reachability/rule-effects';
import type { Check } from './check';
import { hasPodNetwork, Landscape } from './landscape';
import { policyFinding } from './policy-finding';

/**
 * A Calico policy for pods that are not there (intent-systems L3). In a namespace with workloads in the input it is a
 * slip, most likely; a GlobalNetworkPolicy may be there for namespaces that are elsewhere, and one with switches for
 * hosts is for hosts.
 */
export const calicoPolicySelectsNothing: Check = {
  id: 'calico-policy-selects-nothing',
  severity: 'warning',
  summary: 'A Calico policy selects no pod of the input.',
  synth: false,
  run: ({ cluster, policies, reachability }) => {
    const { index } = Landscape.of(cluster);
    const pods = cluster.workloads.some(hasPodNetwork);
    return policies.calico
      .filter((policy) => isJudged(policy) && selectsNoPod(reachability, policy))
      .flatMap((policy) => {
        const { namespace } = policy;
        const workloads = namespace === undefined ? [] : index.inNamespace(namespace).filter(hasPodNetwork);
        if (namespace === undefined ? !pods : workloads.length === 0) return [];
        return [
          policyFinding(calicoPolicySelectsNothing, policy, {
            severity: namespace === undefined ? 'info' : 'warning',
            place: policy.place.at([
              'spec',
              policy.selector === undefined ? 'namespaceSelector' : 'selector',
            ]),
            message: `The policy selects no pod of ${namespace === undefined ? 'the input' : `namespace ${namespace}`}: those it was written for, if there are any, are not isolated by it.`,
            mend:
              namespace === undefined
                ? 'Correct the selectors, unless the pods meant are not in the input.'
                : 'Correct the selector, or remove the policy.',
          }),
        ];
      });
  },
};

function isJudged({ staged, hostOnly, hostFlags, types }: CalicoPolicy): boolean {
  return !staged && !hostOnly && hostFlags === undefined && types.length > 0;
}
