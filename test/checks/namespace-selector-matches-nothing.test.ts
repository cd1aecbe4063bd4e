import { namespaceSelectorMatchesNothing } from '../../src/checks/namespace-selector-matches-nothing';
import { deployment, namespace, networkPolicy, placesOf } from './check-fixture';

describe('namespaceSelectorMatchesNothing (network-policy-semantics 2.1 item 12)', () => {
  it.each([
    [
      'a slip in a name',
      deployment('billing', 'a', '{ app: a }') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: biling } } }] }] }`,
          'shop',
          'p',
        ),
      ['spec.ingress[0].from[0].namespaceSelector'],
    ],
    [
      'a label that no declared namespace has',
      namespace('billing', '{}') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: red } } }] }] }`,
          'shop',
          'p',
        ),
      ['spec.ingress[0].from[0].namespaceSelector'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(namespaceSelectorMatchesNothing, yaml)).toEqual(places);
  });

  it.each([
    [
      'a namespace that is elsewhere',
      deployment('billing', 'a', '{ app: a }') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } } }] }] }`,
          'shop',
          'p',
        ),
    ],
    [
      'a label, where no Namespace is in the input',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: red } } }] }] }`,
        'shop',
        'p',
      ),
    ],
    [
      'a label of intents',
      namespace('billing', '{}') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ namespaceSelector: { matchLabels: { intents.otterize.com/namespace-name: shop } } }] }] }`,
          'shop',
          'p',
        ),
    ],
    [
      'every namespace',
      namespace('billing', '{}') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ namespaceSelector: {} }] }] }`,
          'shop',
          'p',
        ),
    ],
    [
      'a label that is there',
      namespace('billing', '{ team: red }') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: red } } }] }] }`,
          'shop',
          'p',
        ),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(namespaceSelectorMatchesNothing, yaml)).toEqual([]);
  });
});
