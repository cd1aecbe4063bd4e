import type { CalicoPolicy } from '../../policies/calico/policy';
import type { NetworkPolicy } from '../../policies/kubernetes/network-policy';
import type { PolicySet } from '../../policies/policy';

/**
 * The Calico policies that decide about pods. Staged ones decide nothing (calico-policy-model 5.7), unless asked
 * "what if they were enforced": then each takes the place of the enforced policy of its name (or, with `Delete`,
 * removes it), which is what promoting it does. `Ignore` leaves a staged policy out. Policies for host endpoints only
 * (doNotTrack, preDNAT) never concern pods (5.6).
 */
export function effectiveCalicoPolicies(policies: readonly CalicoPolicy[], whatIf: boolean): CalicoPolicy[] {
  const enforced = policies.filter(({ staged, hostOnly }) => !staged && !hostOnly);
  if (!whatIf) return enforced;
  const staged = policies.filter((policy) => policy.staged && policy.stagedAction !== 'Ignore');
  const replaced = new Set(staged.map(identity));
  const added = staged.filter(({ stagedAction, hostOnly }) => stagedAction !== 'Delete' && !hostOnly);
  return [...enforced.filter((policy) => !replaced.has(identity(policy))), ...added];
}

/** The NetworkPolicies that decide, by the same rules. */
export function effectiveNetworkPolicies(policies: PolicySet, whatIf: boolean): readonly NetworkPolicy[] {
  if (!whatIf) return policies.kubernetes;
  const staged = (policies.stagedKubernetes ?? []).filter(({ action }) => action !== 'Ignore');
  const replaced = new Set(staged.map(({ policy }) => identity(policy)));
  const added = staged.filter(({ action }) => action !== 'Delete').map(({ policy }) => policy);
  return [...policies.kubernetes.filter((policy) => !replaced.has(identity(policy))), ...added];
}

function identity({
  kind,
  namespace,
  name,
}: Pick<CalicoPolicy | NetworkPolicy, 'kind' | 'namespace' | 'name'>): string {
  return JSON.stringify([kind, namespace ?? '', name]);
}
