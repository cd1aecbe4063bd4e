import { namespaceNameLabel } from '../../src/checks/namespace-name-label';
import { namespace, networkPolicy, placesOf } from './check-fixture';

describe('namespaceNameLabel (network-policy-semantics 2.1 item 12)', () => {
  it.each([
    [
      'a label that nobody has',
      namespace('billing', '{}') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ namespaceSelector: { matchLabels: { name: billing } } }] }] }`,
          'shop',
          'p',
        ),
      ['spec.ingress[0].from[0].namespaceSelector'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(namespaceNameLabel, yaml)).toEqual(places);
  });

  it.each([
    [
      'a label that was set by hand',
      namespace('billing', '{ name: billing }') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ namespaceSelector: { matchLabels: { name: billing } } }] }] }`,
          'shop',
          'p',
        ),
    ],
    [
      'the label that every namespace has',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: billing } } }] }] }`,
        'shop',
        'p',
      ),
    ],
    [
      'pods with a label name',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: { matchLabels: { name: a } } }] }] }`,
        'shop',
        'p',
      ),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(namespaceNameLabel, yaml)).toEqual([]);
  });
});
