import { peerInOtherNamespace } from '../../src/checks/peer-in-other-namespace';
import { deployment, networkPolicy, placesOf } from './check-fixture';

describe('peerInOtherNamespace (network-policy-semantics 2.1 item 6, intent-systems D1)', () => {
  it.each([
    [
      'labels that only another namespace has',
      deployment('shop', 'a', '{ app: a }') +
        deployment('front', 'web', '{ app: web }') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }] }] }`,
          'shop',
          'p',
        ),
      ['spec.ingress[0].from[0].podSelector'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(peerInOtherNamespace, yaml)).toEqual(places);
  });

  it.each([
    [
      'labels that both have',
      deployment('shop', 'web', '{ app: web }') +
        deployment('front', 'web', '{ app: web }') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }] }] }`,
          'shop',
          'p',
        ),
    ],
    [
      'labels that nobody has',
      deployment('shop', 'a', '{ app: a }') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }] }] }`,
          'shop',
          'p',
        ),
    ],
    [
      'a namespaceSelector beside it',
      deployment('shop', 'a', '{ app: a }') +
        deployment('front', 'web', '{ app: web }') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ namespaceSelector: {}, podSelector: { matchLabels: { app: web } } }] }] }`,
          'shop',
          'p',
        ),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(peerInOtherNamespace, yaml)).toEqual([]);
  });
});
