import { emptyEgressNotIsolating } from '../../src/checks/empty-egress-not-isolating';
import { networkPolicy, placesOf } from './check-fixture';

describe('emptyEgressNotIsolating (network-policy-semantics 2.1 item 2)', () => {
  it.each([
    [
      'an empty list and no types',
      networkPolicy(`{ podSelector: {}, egress: [] }`, 'shop', 'p'),
      ['spec.egress'],
    ],
    [
      'an empty list of types',
      networkPolicy(`{ podSelector: {}, policyTypes: [], egress: [] }`, 'shop', 'p'),
      ['spec.egress'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(emptyEgressNotIsolating, yaml)).toEqual(places);
  });

  it.each([
    [
      'types that say Egress',
      networkPolicy(`{ podSelector: {}, policyTypes: [Egress], egress: [] }`, 'shop', 'p'),
    ],
    [
      'types that leave it out on purpose',
      networkPolicy(`{ podSelector: {}, policyTypes: [Ingress], egress: [] }`, 'shop', 'p'),
    ],
    ['no list', networkPolicy(`{ podSelector: {} }`, 'shop', 'p')],
    ['a rule', networkPolicy(`{ podSelector: {}, egress: [{}] }`, 'shop', 'p')],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(emptyEgressNotIsolating, yaml)).toEqual([]);
  });
});
