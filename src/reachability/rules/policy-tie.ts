import type { PolicyTies } from '../cni-profile';
import type { Policy } from '../../policies/policy';

/** The text that decides between policies of one tier and equal order, by bytes (calico-policy-model 5.2). */
export function tieOf(policy: Policy, ties: PolicyTies): string {
  return ties === 'stored-name' ? storedName(policy) : nameFirst(policy);
}

/**
 * The name under which Calico up to 3.31 keeps a policy: that of its tier before its own unless it is there
 * (names.TieredPolicyName in v3.31), its namespace before both. Policies of Kubernetes have a word of their own.
 */
function storedName(policy: Policy): string {
  switch (policy.kind) {
    case 'NetworkPolicy':
      return `${policy.namespace}/knp.default.${policy.name}`;
    case 'CalicoNetworkPolicy':
    case 'GlobalNetworkPolicy': {
      const tiered = policy.name.startsWith(`${policy.tier}.`)
        ? policy.name
        : `${policy.tier}.${policy.name}`;
      return policy.namespace === undefined ? tiered : `${policy.namespace}/${tiered}`;
    }
    case 'AdminNetworkPolicy':
      return `kanp.adminnetworkpolicy.${policy.name}`;
    case 'BaselineAdminNetworkPolicy':
      return `kbanp.baselineadminnetworkpolicy.${policy.name}`;
    default:
      // Calico up to 3.31 does not know the kind.
      return nameFirst(policy);
  }
}

function nameFirst(policy: Policy): string {
  switch (policy.kind) {
    case 'NetworkPolicy':
      return `${policy.name}/${policy.namespace}/KubernetesNetworkPolicy`;
    case 'CalicoNetworkPolicy':
      return `${policy.name}/${policy.namespace ?? ''}/NetworkPolicy`;
    case 'GlobalNetworkPolicy':
      return `${policy.name}//GlobalNetworkPolicy`;
    default:
      return `${policy.name}//Kubernetes${policy.kind}`;
  }
}
