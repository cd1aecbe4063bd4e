import { rulesWithoutType } from '../../src/checks/rules-without-type';
import { globalPolicy, networkPolicy, placesOf } from './check-fixture';

describe('rulesWithoutType (network-policy-semantics 2.1 items 1 and 2, calico-policy-model 1.3)', () => {
  it.each([
    [
      'egress rules under Ingress',
      networkPolicy(`{ podSelector: {}, policyTypes: [Ingress], egress: [{}] }`, 'shop', 'p'),
      ['spec.egress'],
    ],
    [
      'ingress rules under Egress',
      networkPolicy(`{ podSelector: {}, policyTypes: [Egress], ingress: [{}] }`, 'shop', 'p'),
      ['spec.ingress'],
    ],
    [
      'a Calico policy',
      globalPolicy(`{ types: [Ingress], egress: [{ action: Allow }] }`, 'p'),
      ['spec.egress'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(rulesWithoutType, yaml)).toEqual(places);
  });

  it.each([
    [
      'types by default, which follow from the rules',
      networkPolicy(`{ podSelector: {}, egress: [{}] }`, 'shop', 'p'),
    ],
    [
      'both directions',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{}], egress: [{}] }`,
        'shop',
        'p',
      ),
    ],
    ['an empty list', networkPolicy(`{ podSelector: {}, policyTypes: [Ingress], egress: [] }`, 'shop', 'p')],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(rulesWithoutType, yaml)).toEqual([]);
  });
});
