import { redundantPolicy } from '../../src/checks/redundant-policy';
import { deployment, networkPolicy, placesOf } from './check-fixture';

describe('redundantPolicy (decided by the evaluator)', () => {
  it.each([
    [
      'the second of two that are equal',
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
      [''],
    ],
    [
      'one that another for more pods contains',
      deployment('shop', 'a', '{ app: a }') +
        deployment('shop', 'b', '{ app: b }') +
        networkPolicy(
          `{ podSelector: { matchLabels: { app: b } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: a } } }] }] }`,
          'shop',
          'p',
        ) +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: {} }] }] }`,
          'shop',
          'q',
        ),
      [''],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(redundantPolicy, yaml)).toEqual(places);
  });

  it.each([
    [
      'one that adds something',
      deployment('shop', 'a', '{ app: a }') +
        deployment('shop', 'b', '{ app: b }') +
        networkPolicy(
          `{ podSelector: { matchLabels: { app: b } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: a } } }] }] }`,
          'shop',
          'p',
        ) +
        networkPolicy(
          `{ podSelector: { matchLabels: { app: b } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: c } } }] }] }`,
          'shop',
          'q',
        ),
    ],
    [
      'one without rules, which others do not repeat',
      deployment('shop', 'a', '{ app: a }') +
        deployment('shop', 'b', '{ app: b }') +
        networkPolicy(`{ podSelector: { matchLabels: { app: b } }, ingress: [] }`, 'shop', 'p') +
        networkPolicy(
          `{ podSelector: { matchLabels: { app: b } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: a } } }] }] }`,
          'shop',
          'q',
        ),
    ],
    [
      'one for a whole namespace, where pods are yet to come',
      deployment('shop', 'a', '{ app: a }') +
        deployment('shop', 'b', '{ app: b }') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: {} }] }] }`,
          'shop',
          'p',
        ) +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: {} }] }] }`,
          'shop',
          'q',
        ),
    ],
    [
      'one that isolates egress besides',
      deployment('shop', 'a', '{ app: a }') +
        deployment('shop', 'b', '{ app: b }') +
        networkPolicy(
          `{ podSelector: { matchLabels: { app: b } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: a } } }] }] }`,
          'shop',
          'p',
        ) +
        networkPolicy(
          `{ podSelector: { matchLabels: { app: b } }, policyTypes: [Ingress, Egress], ingress: [{ from: [{ podSelector: { matchLabels: { app: a } } }] }] }`,
          'shop',
          'q',
        ),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(redundantPolicy, yaml)).toEqual([]);
  });
});
