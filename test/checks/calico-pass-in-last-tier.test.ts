import { calicoPassInLastTier } from '../../src/checks/calico-pass-in-last-tier';
import { globalPolicy, networkPolicy, placesOf } from './check-fixture';

describe('calicoPassInLastTier (calico-policy-model 5.3)', () => {
  it.each([
    [
      'nothing after it',
      globalPolicy(`{ types: [Ingress], ingress: [{ action: Pass }] }`, 'p'),
      ['spec.ingress[0].action'],
    ],
    [
      'a NetworkPolicy of the same tier',
      globalPolicy(`{ types: [Ingress], ingress: [{ action: Pass }] }`, 'p') +
        networkPolicy(`{ podSelector: {}, policyTypes: [Ingress], ingress: [] }`, 'shop', 'p'),
      ['spec.ingress[0].action'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(calicoPassInLastTier, yaml)).toEqual(places);
  });

  it.each([
    [
      'a later tier with a policy',
      `---\n{ apiVersion: projectcalico.org/v3, kind: Tier, metadata: { name: late }, spec: { order: 2000000, defaultAction: Deny } }\n` +
        globalPolicy(`{ types: [Ingress], ingress: [{ action: Pass }] }`, 'p') +
        globalPolicy(`{ tier: late, types: [Ingress], ingress: [{ action: Allow }] }`, 'late.q'),
    ],
    [
      'NetworkPolicies in a later tier',
      `---\n{ apiVersion: projectcalico.org/v3, kind: Tier, metadata: { name: early }, spec: { order: 10, defaultAction: Deny } }\n` +
        globalPolicy(`{ tier: early, types: [Ingress], ingress: [{ action: Pass }] }`, 'early.p') +
        networkPolicy(`{ podSelector: {}, policyTypes: [Ingress], ingress: [] }`, 'shop', 'p'),
    ],
    [
      'a tier that ends in Pass anyway',
      `---\n{ apiVersion: projectcalico.org/v3, kind: Tier, metadata: { name: early }, spec: { order: 10, defaultAction: Pass } }\n` +
        globalPolicy(`{ tier: early, types: [Ingress], ingress: [{ action: Pass }] }`, 'early.p'),
    ],
    ['an Allow', globalPolicy(`{ types: [Ingress], ingress: [{ action: Allow }] }`, 'p')],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(calicoPassInLastTier, yaml)).toEqual([]);
  });
});
