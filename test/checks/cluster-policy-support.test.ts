import { clusterPolicySupport } from '../../src/checks/cluster-policy-support';
import { networkPolicy, placesOf } from './check-fixture';

describe('clusterPolicySupport (calico-policy-model 5.1)', () => {
  it.each([
    [
      'the first of two of a kind',
      `---\n{ apiVersion: policy.networking.k8s.io/v1alpha2, kind: ClusterNetworkPolicy, metadata: { name: b }, spec: { tier: Admin, priority: 1, subject: { namespaces: {} }, ingress: [{ action: Deny, from: [{ namespaces: {} }] }] } }\n` +
        `---\n{ apiVersion: policy.networking.k8s.io/v1alpha2, kind: ClusterNetworkPolicy, metadata: { name: c }, spec: { tier: Baseline, priority: 1, subject: { namespaces: {} }, ingress: [{ action: Deny, from: [{ namespaces: {} }] }] } }\n`,
      [''],
    ],
    [
      'each kind',
      `---\n{ apiVersion: policy.networking.k8s.io/v1alpha1, kind: AdminNetworkPolicy, metadata: { name: a }, spec: { priority: 1, subject: { namespaces: {} }, ingress: [{ action: Deny, from: [{ namespaces: {} }] }] } }\n` +
        `---\n{ apiVersion: policy.networking.k8s.io/v1alpha2, kind: ClusterNetworkPolicy, metadata: { name: b }, spec: { tier: Admin, priority: 1, subject: { namespaces: {} }, ingress: [{ action: Deny, from: [{ namespaces: {} }] }] } }\n`,
      ['', ''],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(clusterPolicySupport, yaml)).toEqual(places);
  });

  it.each([
    ['others', networkPolicy(`{ podSelector: {}, policyTypes: [Ingress], ingress: [] }`, 'shop', 'p')],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(clusterPolicySupport, yaml)).toEqual([]);
  });
});
