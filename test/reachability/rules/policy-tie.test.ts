import { readPolicies } from '../../../src/policies/read-policies';
import type { Policy } from '../../../src/policies/policy';
import { tieOf } from '../../../src/reachability/rules/policy-tie';
import { resourcesOf } from '../../policies/resource-fixture';
import { calicoNp, gnp, netpol, object } from '../world';

const ANP = 'policy.networking.k8s.io/v1alpha1';
const CNP = 'policy.networking.k8s.io/v1alpha2';

/** The policies of the documents, in the order of their families. */
function policies(...documents: readonly string[]): Policy[] {
  const { kubernetes, calico, clusterWide } = readPolicies(resourcesOf(documents.join('')));
  return [...kubernetes, ...calico, ...clusterWide];
}

const ALL = policies(
  netpol('shop', 'p', 'podSelector: {}'),
  calicoNp('shop', 'p', 'types: [Ingress]'),
  calicoNp('shop', 'early.q', 'tier: early, types: [Ingress]'),
  gnp('g', 'types: [Ingress]'),
  gnp('default.h', 'types: [Ingress]'),
  object(ANP, 'AdminNetworkPolicy', 'a', 'priority: 5, subject: { namespaces: {} }'),
  object(ANP, 'BaselineAdminNetworkPolicy', 'default', 'subject: { namespaces: {} }'),
  object(CNP, 'ClusterNetworkPolicy', 'c', 'tier: Admin, priority: 5, subject: { namespaces: {} }'),
);

const ties = (by: Parameters<typeof tieOf>[1]): Record<string, string> =>
  Object.fromEntries(ALL.map((policy) => [`${policy.kind} ${policy.name}`, tieOf(policy, by)]));

describe('what decides between policies of one order (calico-policy-model, version map and 5.2)', () => {
  it('is the name under which Calico up to 3.31 stores them', () => {
    expect(ties('stored-name')).toEqual({
      'NetworkPolicy p': 'shop/knp.default.p',
      'CalicoNetworkPolicy p': 'shop/default.p',
      'CalicoNetworkPolicy early.q': 'shop/early.q',
      'GlobalNetworkPolicy g': 'default.g',
      'GlobalNetworkPolicy default.h': 'default.h',
      'AdminNetworkPolicy a': 'kanp.adminnetworkpolicy.a',
      'BaselineAdminNetworkPolicy default': 'kbanp.baselineadminnetworkpolicy.default',
      // Which that version does not know.
      'ClusterNetworkPolicy c': 'c//KubernetesClusterNetworkPolicy',
    });
  });

  it('is name, namespace and kind from 3.32 on', () => {
    expect(ties('name-first')).toEqual({
      'NetworkPolicy p': 'p/shop/KubernetesNetworkPolicy',
      'CalicoNetworkPolicy p': 'p/shop/NetworkPolicy',
      'CalicoNetworkPolicy early.q': 'early.q/shop/NetworkPolicy',
      'GlobalNetworkPolicy g': 'g//GlobalNetworkPolicy',
      'GlobalNetworkPolicy default.h': 'default.h//GlobalNetworkPolicy',
      'AdminNetworkPolicy a': 'a//KubernetesAdminNetworkPolicy',
      'BaselineAdminNetworkPolicy default': 'default//KubernetesBaselineAdminNetworkPolicy',
      'ClusterNetworkPolicy c': 'c//KubernetesClusterNetworkPolicy',
    });
  });
});
