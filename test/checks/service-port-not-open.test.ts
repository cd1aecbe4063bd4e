import { servicePortNotOpen } from '../../src/checks/service-port-not-open';
import { globalPolicy, networkPolicy, placesOf, service, workload } from './check-fixture';

describe('servicePortNotOpen (network-policy-semantics 2.1 item 15)', () => {
  it.each([
    [
      'a port that no rule opens',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        service('shop', 'a', '{ app: a }', '{ name: x, port: 80 }, { name: y, port: 90, targetPort: 91 }') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: 80 }] }] }`,
          'shop',
          'p',
        ),
      ['spec.ports[1]'],
    ],
    [
      'a rule with the port of the Service instead of the pod',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        service('shop', 'a', '{ app: a }', '{ name: x, port: 80 }, { name: y, port: 90, targetPort: 91 }') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: 80 }, { port: 90 }] }] }`,
          'shop',
          'p',
        ),
      ['spec.ports[1]'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(servicePortNotOpen, yaml)).toEqual(places);
  });

  it.each([
    [
      'a range with it',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        service('shop', 'a', '{ app: a }', '{ name: x, port: 80 }, { name: y, port: 90, targetPort: 91 }') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: 80, endPort: 99 }] }] }`,
          'shop',
          'p',
        ),
    ],
    [
      'another policy that opens it, to whomever',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        service('shop', 'a', '{ app: a }', '{ name: x, port: 80 }, { name: y, port: 90, targetPort: 91 }') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: 80 }] }] }`,
          'shop',
          'p',
        ) +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: { matchLabels: { app: x } } }], ports: [{ port: 91 }] }] }`,
          'shop',
          'q',
        ),
    ],
    [
      'pods that are open',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        service('shop', 'a', '{ app: a }', '{ name: x, port: 80 }, { name: y, port: 90, targetPort: 91 }'),
    ],
    [
      'pods that are shut: that is another check',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        service('shop', 'a', '{ app: a }', '{ name: x, port: 80 }, { name: y, port: 90, targetPort: 91 }') +
        networkPolicy(`{ podSelector: {}, policyTypes: [Ingress], ingress: [] }`, 'shop', 'p'),
    ],
    [
      'pods that a Calico policy isolates too',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        service('shop', 'a', '{ app: a }', '{ name: x, port: 80 }, { name: y, port: 90, targetPort: 91 }') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: 80 }] }] }`,
          'shop',
          'p',
        ) +
        globalPolicy(`{ types: [Ingress], ingress: [{ action: Allow }] }`, 'p'),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(servicePortNotOpen, yaml)).toEqual([]);
  });
});
