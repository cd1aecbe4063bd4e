import type { Finding } from '../model/finding';
import type { CalicoPolicy } from '../policies/calico/policy';
import { policyScope } from '../policies/calico/scope';
import { selectorMatches } from '../policies/calico/selector-match';
import type { Check } from './check';
import { policyFinding } from './policy-finding';

/** A GlobalNetworkPolicy meant for pods that catches nodes as well (calico-policy-model 4.3, 6.1 trap 4, 8 item 1). */
export const selectsHostEndpoints: Check = {
  id: 'selects-host-endpoints',
  severity: 'warning',
  summary: 'A GlobalNetworkPolicy applies to host endpoints too, which can cut nodes off.',
  run: ({ policies }) => policies.calico.filter(catchesHosts).map(report),
};

/** Whether it selects a host endpoint without any label; one with switches for hosts means them. */
function catchesHosts(policy: CalicoPolicy): boolean {
  if (
    policy.kind !== 'GlobalNetworkPolicy' ||
    policy.hostFlags !== undefined ||
    policy.stagedAction === 'Delete'
  )
    return false;
  const scope = policyScope(policy);
  return scope === undefined || selectorMatches(scope, {});
}

function report(policy: CalicoPolicy): Finding {
  const { namespaceSelector } = policy;
  const why =
    namespaceSelector === undefined
      ? 'The policy has no namespaceSelector, so it'
      : 'The namespaceSelector only says what a namespace must not be, which holds for what is in no namespace: the policy';
  return policyFinding(selectsHostEndpoints, policy, {
    place: policy.place.at(['spec', namespaceSelector === undefined ? 'selector' : 'namespaceSelector']),
    message: `${why} applies to host endpoints as well as to pods. Where nodes have host endpoints (Calico can make them by itself), they lose all traffic but the failsafe ports.`,
    mend:
      namespaceSelector === undefined
        ? 'Add namespaceSelector: all() when only pods are meant.'
        : 'Put has(projectcalico.org/name) && before the namespaceSelector.',
  });
}
