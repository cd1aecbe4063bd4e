import type { Policy } from '../policies/policy';

/** `NetworkPolicy/shop/default-deny`, or `GlobalNetworkPolicy/deny-all`: how findings and reports name a policy. */
export function policyName(policy: Policy): string {
  const kind = policy.kind === 'CalicoNetworkPolicy' ? 'NetworkPolicy.projectcalico.org' : policy.kind;
  return 'namespace' in policy && policy.namespace !== undefined
    ? `${kind}/${policy.namespace}/${policy.name}`
    : `${kind}/${policy.name}`;
}
