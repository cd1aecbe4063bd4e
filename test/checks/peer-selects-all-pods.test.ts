import { peerSelectsAllPods } from '../../src/checks/peer-selects-all-pods';
import { deployment, networkPolicy, placesOf } from './check-fixture';

describe('peerSelectsAllPods (intent-systems L19)', () => {
  it.each([
    [
      'a label of all three',
      deployment('shop', 'a', '{ app: a, part-of: shop }') +
        deployment('shop', 'b', '{ app: b, part-of: shop }') +
        deployment('shop', 'c', '{ app: c, part-of: shop }') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: { matchLabels: { part-of: shop } } }] }] }`,
          'shop',
          'p',
        ),
      ['spec.ingress[0].from[0].podSelector'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(peerSelectsAllPods, yaml)).toEqual(places);
  });

  it.each([
    [
      'a label of one',
      deployment('shop', 'a', '{ app: a, part-of: shop }') +
        deployment('shop', 'b', '{ app: b, part-of: shop }') +
        deployment('shop', 'c', '{ app: c, part-of: shop }') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: { matchLabels: { app: a } } }] }] }`,
          'shop',
          'p',
        ),
    ],
    [
      'the empty selector, which says so',
      deployment('shop', 'a', '{ app: a, part-of: shop }') +
        deployment('shop', 'b', '{ app: b, part-of: shop }') +
        deployment('shop', 'c', '{ app: c, part-of: shop }') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: {} }] }] }`,
          'shop',
          'p',
        ),
    ],
    [
      'a namespace of two',
      deployment('shop', 'a', '{ part-of: shop }') +
        deployment('shop', 'b', '{ part-of: shop }') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: { matchLabels: { part-of: shop } } }] }] }`,
          'shop',
          'p',
        ),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(peerSelectsAllPods, yaml)).toEqual([]);
  });
});
