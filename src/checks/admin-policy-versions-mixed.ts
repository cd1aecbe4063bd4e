import { policyId } from '../policies/policy-id';
import type { Check } from './check';
import { someOf } from './kubernetes-rules';
import { policyFinding } from './policy-finding';

/**
 * Cluster-wide policies of both generations. Calico 3.29 to 3.31 enforce AdminNetworkPolicy, 3.32 and later
 * ClusterNetworkPolicy (calico-policy-model 5.1): no version enforces both.
 */
export const adminPolicyVersionsMixed: Check = {
  id: 'admin-policy-versions-mixed',
  severity: 'warning',
  summary: 'There are policies of ClusterNetworkPolicy and of the AdminNetworkPolicy that it replaces.',
  synth: false,
  run: ({ policies: { clusterWide } }) => {
    const old = clusterWide.filter(({ kind }) => kind !== 'ClusterNetworkPolicy');
    const [first] = old;
    if (first === undefined || old.length === clusterWide.length) return [];
    return [
      policyFinding(adminPolicyVersionsMixed, first, {
        place: first.place,
        message: `${someOf(old.map(policyId))} ${old.length === 1 ? 'is' : 'are'} of the API that ClusterNetworkPolicy replaces, and the input has both. Calico 3.29 to 3.31 enforce the old kinds and later versions the new one: some of these policies have no effect, whichever version runs, though verdicts count them all.`,
        mend: 'Write all of them in the kind that your network plugin enforces.',
      }),
    ];
  },
};
