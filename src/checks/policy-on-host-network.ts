import { findPoliciesWithoutPods } from '../proof/policies-without-pods';
import type { Check } from './check';

/** A policy for pods on the host network (intent-systems L12). At a synth the proof says so. */
export const policyOnHostNetwork: Check = {
  id: 'policy-on-host-network',
  severity: 'warning',
  summary: 'A policy selects workloads on the host network only, and has no effect.',
  synth: false,
  run: ({ cluster, calicoLabels, policies }) =>
    findPoliciesWithoutPods(cluster, policies.kubernetes, calicoLabels).filter(
      ({ id }) => id === policyOnHostNetwork.id,
    ),
};
