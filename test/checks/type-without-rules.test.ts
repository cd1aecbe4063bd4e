import { typeWithoutRules } from '../../src/checks/type-without-rules';
import { deployment, networkPolicy, placesOf } from './check-fixture';

describe('typeWithoutRules (network-policy-semantics 2.1 item 3)', () => {
  it.each([
    [
      'pods that may call nobody',
      deployment('shop', 'a', '{ app: a }') +
        networkPolicy(
          `{ podSelector: { matchLabels: { app: a } }, policyTypes: [Ingress, Egress], ingress: [{}] }`,
          'shop',
          'p',
        ),
      ['spec.policyTypes'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(typeWithoutRules, yaml)).toEqual(places);
  });

  it.each([
    [
      'pods that another policy lets out',
      deployment('shop', 'a', '{ app: a }') +
        networkPolicy(
          `{ podSelector: { matchLabels: { app: a } }, policyTypes: [Ingress, Egress], ingress: [{}] }`,
          'shop',
          'p',
        ) +
        networkPolicy(`{ podSelector: {}, policyTypes: [Egress], egress: [{}] }`, 'shop', 'q'),
    ],
    [
      'a default deny, which has no rules at all',
      deployment('shop', 'a', '{ app: a }') +
        networkPolicy(`{ podSelector: {}, policyTypes: [Ingress, Egress] }`, 'shop', 'p'),
    ],
    [
      'a policy without pods',
      networkPolicy(
        `{ podSelector: { matchLabels: { app: a } }, policyTypes: [Ingress, Egress], ingress: [{}] }`,
        'shop',
        'p',
      ),
    ],
    [
      'egress rules',
      deployment('shop', 'a', '{ app: a }') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{}], egress: [{}] }`,
          'shop',
          'p',
        ),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(typeWithoutRules, yaml)).toEqual([]);
  });
});
