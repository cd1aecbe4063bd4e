import { redundantRule } from '../../src/checks/redundant-rule';
import { deployment, networkPolicy, placesOf } from './check-fixture';

describe('redundantRule (decided by the evaluator)', () => {
  it.each([
    [
      'a rule inside another one',
      deployment('shop', 'a', '{ app: a }') +
        deployment('shop', 'b', '{ app: b }') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: {} }] }, { from: [{ podSelector: { matchLabels: { app: a } } }] }] }`,
          'shop',
          'p',
        ),
      ['spec.ingress[1]'],
    ],
    [
      'a rule that another policy contains',
      deployment('shop', 'a', '{ app: a }') +
        deployment('shop', 'b', '{ app: b }') +
        networkPolicy(
          `{ podSelector: { matchLabels: { app: b } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: a } } }] }, {}] }`,
          'shop',
          'p',
        ) +
        networkPolicy(`{ podSelector: { matchLabels: { app: b } }, ingress: [{}] }`, 'shop', 'q'),
      ['spec.ingress[0]'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(redundantRule, yaml)).toEqual(places);
  });

  it.each([
    [
      'rules that add something each',
      deployment('shop', 'a', '{ app: a }') +
        deployment('shop', 'b', '{ app: b }') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: { matchLabels: { app: a } } }] }, { ports: [{ port: 80 }] }] }`,
          'shop',
          'p',
        ),
    ],
    [
      'a policy that is redundant whole: that is another check',
      deployment('shop', 'a', '{ app: a }') +
        deployment('shop', 'b', '{ app: b }') +
        networkPolicy(
          `{ podSelector: { matchLabels: { app: b } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: a } } }] }] }`,
          'shop',
          'p',
        ) +
        networkPolicy(
          `{ podSelector: { matchLabels: { app: b } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: a } } }] }] }`,
          'shop',
          'q',
        ),
    ],
    [
      'rules that match nothing',
      deployment('shop', 'a', '{ app: a }') +
        deployment('shop', 'b', '{ app: b }') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: { matchLabels: { app: x } } }] }, { from: [{ podSelector: { matchLabels: { app: x } } }] }] }`,
          'shop',
          'p',
        ),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(redundantRule, yaml)).toEqual([]);
  });
});
