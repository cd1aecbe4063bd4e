import { shadowedRule } from '../../src/checks/shadowed-rule';
import { deployment, globalPolicy, networkPolicy, placesOf } from './check-fixture';

describe('shadowedRule (calico-policy-model 5.2, 5.3 and 8 item 4)', () => {
  it.each([
    [
      'an Allow behind a Deny',
      deployment('shop', 'a', '{ app: a }') +
        deployment('shop', 'b', '{ app: b }') +
        globalPolicy(
          `{ namespaceSelector: has(projectcalico.org/name), types: [Ingress],  ingress: [{ action: Deny }, { action: Allow, protocol: TCP }] }`,
          'p',
        ),
      ['spec.ingress[1]'],
    ],
    [
      'a NetworkPolicy behind a Calico policy of a lower order',
      deployment('shop', 'a', '{ app: a }') +
        deployment('shop', 'b', '{ app: b }') +
        globalPolicy(
          `{ namespaceSelector: has(projectcalico.org/name), types: [Ingress], order: 10, ingress: [{ action: Deny, source: { selector: app == "a" } }] }`,
          'g',
        ) +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: { matchLabels: { app: a } } }] }] }`,
          'shop',
          'p',
        ),
      ['spec.ingress[0]'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(shadowedRule, yaml)).toEqual(places);
  });

  it.each([
    [
      'an Allow before a Deny',
      deployment('shop', 'a', '{ app: a }') +
        deployment('shop', 'b', '{ app: b }') +
        globalPolicy(
          `{ namespaceSelector: has(projectcalico.org/name), types: [Ingress],  ingress: [{ action: Allow, source: { selector: app == "a" } }, { action: Deny }] }`,
          'p',
        ),
    ],
    [
      'a NetworkPolicy before a Calico policy without order',
      deployment('shop', 'a', '{ app: a }') +
        deployment('shop', 'b', '{ app: b }') +
        globalPolicy(
          `{ namespaceSelector: has(projectcalico.org/name), types: [Ingress],  ingress: [{ action: Deny, source: { nets: [192.0.2.0/24] } }] }`,
          'g',
        ) +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: { matchLabels: { app: a } } }] }] }`,
          'shop',
          'p',
        ),
    ],
    [
      'pods that are not in the input',
      globalPolicy(
        `{ namespaceSelector: has(projectcalico.org/name), types: [Ingress],  ingress: [{ action: Deny }, { action: Allow }] }`,
        'p',
      ),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(shadowedRule, yaml)).toEqual([]);
  });
});
