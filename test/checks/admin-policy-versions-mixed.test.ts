import { adminPolicyVersionsMixed } from '../../src/checks/admin-policy-versions-mixed';
import { placesOf } from './check-fixture';

describe('adminPolicyVersionsMixed (calico-policy-model 5.1)', () => {
  it.each([
    [
      'both generations',
      `---\n{ apiVersion: policy.networking.k8s.io/v1alpha1, kind: AdminNetworkPolicy, metadata: { name: a }, spec: { priority: 1, subject: { namespaces: {} }, ingress: [{ action: Deny, from: [{ namespaces: {} }] }] } }\n` +
        `---\n{ apiVersion: policy.networking.k8s.io/v1alpha2, kind: ClusterNetworkPolicy, metadata: { name: b }, spec: { tier: Admin, priority: 1, subject: { namespaces: {} }, ingress: [{ action: Deny, from: [{ namespaces: {} }] }] } }\n`,
      [''],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(adminPolicyVersionsMixed, yaml)).toEqual(places);
  });

  it.each([
    [
      'the old one',
      `---\n{ apiVersion: policy.networking.k8s.io/v1alpha1, kind: AdminNetworkPolicy, metadata: { name: a }, spec: { priority: 1, subject: { namespaces: {} }, ingress: [{ action: Deny, from: [{ namespaces: {} }] }] } }\n`,
    ],
    [
      'the new one',
      `---\n{ apiVersion: policy.networking.k8s.io/v1alpha2, kind: ClusterNetworkPolicy, metadata: { name: b }, spec: { tier: Admin, priority: 1, subject: { namespaces: {} }, ingress: [{ action: Deny, from: [{ namespaces: {} }] }] } }\n`,
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(adminPolicyVersionsMixed, yaml)).toEqual([]);
  });
});
