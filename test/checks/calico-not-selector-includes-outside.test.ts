import { calicoNotSelectorIncludesOutside } from '../../src/checks/calico-not-selector-includes-outside';
import { globalPolicy, placesOf } from './check-fixture';

describe('calicoNotSelectorIncludesOutside (network-policy-semantics 2.3, calico-policy-model 4.3)', () => {
  it.each([
    [
      'notSelector alone',
      globalPolicy(
        `{ types: [Ingress], ingress: [{ action: Allow, source: { notSelector: a == "b" } }] }`,
        'p',
      ),
      ['spec.ingress[0].source.notSelector'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(calicoNotSelectorIncludesOutside, yaml)).toEqual(places);
  });

  it.each([
    [
      'a selector beside it',
      globalPolicy(
        `{ types: [Ingress], ingress: [{ action: Allow, source: { notSelector: a == "b", selector: all() } }] }`,
        'p',
      ),
    ],
    [
      'a namespaceSelector beside it',
      globalPolicy(
        `{ types: [Ingress], ingress: [{ action: Allow, source: { notSelector: a == "b", namespaceSelector: all() } }] }`,
        'p',
      ),
    ],
    [
      'nets beside it',
      globalPolicy(
        `{ types: [Ingress], ingress: [{ action: Allow, source: { notSelector: a == "b", nets: [10.0.0.0/8] } }] }`,
        'p',
      ),
    ],
    [
      'a Deny',
      globalPolicy(
        `{ types: [Ingress], ingress: [{ action: Deny, source: { notSelector: a == "b" } }] }`,
        'p',
      ),
    ],
    [
      'a namespaced policy, which stays in its namespace',
      `---\n{ apiVersion: projectcalico.org/v3, kind: NetworkPolicy, metadata: { name: p, namespace: shop }, spec: { types: [Ingress], ingress: [{ action: Allow, source: { notSelector: a == "b" } }] } }\n`,
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(calicoNotSelectorIncludesOutside, yaml)).toEqual([]);
  });
});
