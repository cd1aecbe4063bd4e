import { policyNamespaceUnknown } from '../../src/checks/policy-namespace-unknown';
import { deployment, namespace, networkPolicy, placesOf } from './check-fixture';

describe('policyNamespaceUnknown (network-policy-semantics 2.1 item 4)', () => {
  it.each([
    [
      'a slip in the name',
      deployment('billing', 'a', '{ app: a }') +
        networkPolicy(`{ podSelector: {}, policyTypes: [Ingress], ingress: [] }`, 'biling', 'p'),
      ['metadata.namespace'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(policyNamespaceUnknown, yaml)).toEqual(places);
  });

  it.each([
    [
      'a namespace that is declared',
      deployment('billing', 'a', '{ app: a }') +
        namespace('biling', '{}') +
        networkPolicy(`{ podSelector: {}, policyTypes: [Ingress], ingress: [] }`, 'biling', 'p'),
    ],
    [
      'a namespace of another name',
      deployment('billing', 'a', '{ app: a }') +
        networkPolicy(`{ podSelector: {}, policyTypes: [Ingress], ingress: [] }`, 'kube-system', 'p'),
    ],
    [
      'the namespace itself',
      deployment('billing', 'a', '{ app: a }') +
        networkPolicy(`{ podSelector: {}, policyTypes: [Ingress], ingress: [] }`, 'billing', 'p'),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(policyNamespaceUnknown, yaml)).toEqual([]);
  });
});
