import { policyId } from '../policies/policy-id';
import type { Check } from './check';
import { someOf } from './kubernetes-rules';
import { policyFinding } from './policy-finding';

/** What enforces each kind, as far as it is known here (calico-policy-model 5.1). */
const ENFORCED: Readonly<Record<string, string>> = {
  AdminNetworkPolicy: 'Calico 3.29 to 3.31',
  BaselineAdminNetworkPolicy: 'Calico 3.30 and 3.31',
  ClusterNetworkPolicy: 'Calico from 3.32 on',
};

/** Cluster-wide policies are an API of their own, which a network plugin may or may not enforce. Said once a kind. */
export const clusterPolicySupport: Check = {
  id: 'cluster-policy-support',
  severity: 'info',
  summary: 'There are cluster-wide policies, of a kind that not every network plugin enforces.',
  synth: false,
  run: ({ policies: { clusterWide } }) =>
    Object.entries(ENFORCED).flatMap(([kind, versions]) => {
      const found = clusterWide.filter((policy) => policy.kind === kind);
      const [first] = found;
      if (first === undefined) return [];
      return [
        policyFinding(clusterPolicySupport, first, {
          place: first.place,
          message: `${someOf(found.map(policyId))} ${found.length === 1 ? 'has' : 'have'} no effect where the network plugin does not enforce ${kind}, and verdicts take for granted that it does.`,
          mend: `See that your network plugin and its version enforce ${kind} (${versions}, for one).`,
        }),
      ];
    }),
};
