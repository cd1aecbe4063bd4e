import { resourceId } from '../model/resource';
import { isCalicoPolicy, type Policy } from './policy';

/** The object that a policy was read from, as findings name it: `NetworkPolicy/shop/a`, `StagedGlobalNetworkPolicy/b`. */
export function policyId(policy: Policy): string {
  if (policy.kind === 'NetworkPolicy') return resourceId(policy);
  if (!isCalicoPolicy(policy)) return resourceId({ kind: policy.kind, name: policy.name });
  const kind = policy.kind === 'GlobalNetworkPolicy' ? policy.kind : 'NetworkPolicy';
  return resourceId({
    kind: policy.staged ? `Staged${kind}` : kind,
    namespace: policy.namespace,
    name: policy.name,
  });
}
