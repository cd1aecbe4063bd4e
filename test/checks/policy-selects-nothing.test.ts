import { policySelectsNothing } from '../../src/checks/policy-selects-nothing';
import { deployment, networkPolicy, placesOf } from './check-fixture';

describe('policySelectsNothing (intent-systems L3)', () => {
  it.each([
    [
      'labels that nobody has',
      deployment('shop', 'carts', '{ app: carts }') +
        networkPolicy(`{ podSelector: { matchLabels: { app: cart } }, policyTypes: [Ingress] }`, 'shop', 'p'),
      ['spec.podSelector'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(policySelectsNothing, yaml)).toEqual(places);
  });

  it.each([
    [
      'labels that are there',
      deployment('shop', 'cart', '{ app: cart }') +
        networkPolicy(`{ podSelector: { matchLabels: { app: cart } }, policyTypes: [Ingress] }`, 'shop', 'p'),
    ],
    [
      'a policy for every pod',
      networkPolicy(`{ podSelector: {}, policyTypes: [Ingress], ingress: [] }`, 'shop', 'p'),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(policySelectsNothing, yaml)).toEqual([]);
  });
});
