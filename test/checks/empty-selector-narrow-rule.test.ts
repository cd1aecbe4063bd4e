import { emptySelectorNarrowRule } from '../../src/checks/empty-selector-narrow-rule';
import { deployment, networkPolicy, placesOf, workload } from './check-fixture';

describe('emptySelectorNarrowRule (intent-systems L5)', () => {
  it.each([
    [
      'the port of one of two',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        workload('shop', 'b', { ports: '{ containerPort: 90 }', pod: '' }) +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: 80 }] }] }`,
          'shop',
          'p',
        ),
      ['spec.podSelector'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(emptySelectorNarrowRule, yaml)).toEqual(places);
  });

  it.each([
    [
      'ports of both',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        workload('shop', 'b', { ports: '{ containerPort: 90 }', pod: '' }) +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: 80 }, { port: 90 }] }] }`,
          'shop',
          'p',
        ),
    ],
    [
      'another policy for the other',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        workload('shop', 'b', { ports: '{ containerPort: 90 }', pod: '' }) +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: 80 }] }] }`,
          'shop',
          'p',
        ) +
        networkPolicy(`{ podSelector: { matchLabels: { app: b } }, ingress: [{}] }`, 'shop', 'q'),
    ],
    [
      'a port of neither: it may be undeclared',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        workload('shop', 'b', { ports: '{ containerPort: 90 }', pod: '' }) +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: 70 }] }] }`,
          'shop',
          'p',
        ),
    ],
    [
      'a rule for every port',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        workload('shop', 'b', { ports: '{ containerPort: 90 }', pod: '' }) +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: 80 }] }, { from: [{ podSelector: {} }] }] }`,
          'shop',
          'p',
        ),
    ],
    [
      'a port by name',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        workload('shop', 'b', { ports: '{ containerPort: 90 }', pod: '' }) +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: http }] }] }`,
          'shop',
          'p',
        ),
    ],
    [
      'others without ports',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        deployment('shop', 'b', '{ app: b }') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: 80 }] }] }`,
          'shop',
          'p',
        ),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(emptySelectorNarrowRule, yaml)).toEqual([]);
  });
});
