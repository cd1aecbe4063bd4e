import { peerMatchesNothing } from '../../src/checks/peer-matches-nothing';
import { deployment, networkPolicy, placesOf } from './check-fixture';

describe('peerMatchesNothing (intent-systems L4)', () => {
  it.each([
    [
      'labels that nobody has',
      deployment('shop', 'carts', '{ app: carts }') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: { matchLabels: { app: cart } } }] }] }`,
          'shop',
          'p',
        ),
      ['spec.ingress[0].from[0].podSelector'],
    ],
    [
      'in a namespace that is named',
      deployment('front', 'web', '{ app: web }') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: front } }, podSelector: { matchLabels: { app: wep } } }] }] }`,
          'shop',
          'p',
        ),
      ['spec.ingress[0].from[0].podSelector'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(peerMatchesNothing, yaml)).toEqual(places);
  });

  it.each([
    [
      'a namespace without workloads in the input',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: { matchLabels: { app: cart } } }] }] }`,
        'shop',
        'p',
      ),
    ],
    [
      'labels that another namespace has: that is another check',
      deployment('shop', 'a', '{ app: a }') +
        deployment('front', 'cart', '{ app: cart }') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: { matchLabels: { app: cart } } }] }] }`,
          'shop',
          'p',
        ),
    ],
    [
      'every namespace, of which the cluster may have more',
      deployment('shop', 'a', '{ app: a }') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ namespaceSelector: {}, podSelector: { matchLabels: { k8s-app: kube-dns } } }] }] }`,
          'shop',
          'p',
        ),
    ],
    [
      'labels that intents give',
      deployment('shop', 'a', '{ app: a }') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: { matchLabels: { intents.otterize.com/access-a-shop-1: "true" } } }] }] }`,
          'shop',
          'p',
        ),
    ],
    [
      'pods that an operator makes',
      deployment('shop', 'a', '{ app: a }') +
        `---\n{ apiVersion: monitoring.coreos.com/v1, kind: Prometheus, metadata: { name: k8s, namespace: shop, labels: { app.kubernetes.io/name: prometheus } }, spec: { podMetadata: { labels: { app.kubernetes.io/name: prometheus } } } }\n` +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: { matchLabels: { app.kubernetes.io/name: prometheus } } }] }] }`,
          'shop',
          'p',
        ),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(peerMatchesNothing, yaml)).toEqual([]);
  });
});
