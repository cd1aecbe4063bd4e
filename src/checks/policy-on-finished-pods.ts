import { selectsEverything } from '../model/label-selector';
import type { Check } from './check';
import { someOf } from './kubernetes-rules';
import { Landscape } from './landscape';
import { policyFinding } from './policy-finding';

/** What has run to its end has no network any more, so nothing about it can be allowed or denied. */
export const policyOnFinishedPods: Check = {
  id: 'policy-on-finished-pods',
  severity: 'info',
  summary: 'A policy selects only pods that have run to their end.',
  synth: false,
  run: ({ cluster, calicoLabels, policies }) => {
    const landscape = Landscape.of(cluster, calicoLabels);
    return policies.kubernetes.flatMap((policy) => {
      if (selectsEverything(policy.podSelector)) return [];
      const pods = landscape.selected(policy.namespace, policy.podSelector);
      if (pods.length === 0 || !pods.every(({ finished }) => finished)) return [];
      return [
        policyFinding(policyOnFinishedPods, policy, {
          place: policy.place.at(['spec', 'podSelector']),
          message: `The policy selects only ${someOf(pods.map(({ id }) => id))}, which ${pods.length === 1 ? 'has' : 'have'} run to ${pods.length === 1 ? 'its' : 'their'} end: it has no effect until such pods run again.`,
          mend: 'Remove the policy if they do not run again.',
        }),
      ];
    });
  },
};
