import { findPoliciesWithoutPods } from '../proof/policies-without-pods';
import type { Check } from './check';

/** A policy for pods that are not there (intent-systems L3). At a synth the proof says so. */
export const policySelectsNothing: Check = {
  id: 'policy-selects-nothing',
  severity: 'warning',
  summary: 'A policy selects no pod of the input, so those it was written for stay open.',
  synth: false,
  run: ({ cluster, calicoLabels, policies }) =>
    // Policies alone, as a folder of their own has them, are not told from ones that select nothing.
    cluster.workloads.length === 0
      ? []
      : findPoliciesWithoutPods(cluster, policies.kubernetes, calicoLabels).filter(
          ({ id }) => id === policySelectsNothing.id,
        ),
};
