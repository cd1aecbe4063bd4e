import { namedPortNotDeclared } from '../../src/checks/named-port-not-declared';
import { networkPolicy, placesOf, workload } from './check-fixture';

describe('namedPortNotDeclared (network-policy-semantics 2.1 item 9)', () => {
  it.each([
    [
      'a name that nobody declares',
      workload('shop', 'a', { ports: '{ name: http, containerPort: 80 }', pod: '' }) +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: web }] }] }`,
          'shop',
          'p',
        ),
      ['spec.ingress[0].ports[0].port'],
    ],
    [
      'a name of another protocol',
      workload('shop', 'a', { ports: '{ name: http, containerPort: 80 }', pod: '' }) +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: http, protocol: UDP }] }] }`,
          'shop',
          'p',
        ),
      ['spec.ingress[0].ports[0].port'],
    ],
    [
      'at the peers of an egress rule',
      workload('shop', 'a', { ports: '{ name: http, containerPort: 80 }', pod: '' }) +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ podSelector: { matchLabels: { app: a } } }], ports: [{ port: web }] }] }`,
          'shop',
          'p',
        ),
      ['spec.egress[0].ports[0].port'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(namedPortNotDeclared, yaml)).toEqual(places);
  });

  it.each([
    [
      'a name that one of them declares',
      workload('shop', 'a', { ports: '{ name: http, containerPort: 80 }', pod: '' }) +
        workload('shop', 'b', { ports: '{ containerPort: 90 }', pod: '' }) +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: http }] }] }`,
          'shop',
          'p',
        ),
    ],
    [
      'a policy without pods',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: web }] }] }`,
        'shop',
        'p',
      ),
    ],
    [
      'an init container, which counts for Calico',
      workload('shop', 'a', {
        ports: '',
        pod: 'initContainers: [{ name: i, image: i, ports: [{ name: web, containerPort: 1 }] }]',
      }) +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: web }] }] }`,
          'shop',
          'p',
        ),
    ],
    [
      'egress to a peer that is not in the input',
      workload('shop', 'a', { ports: '{ name: http, containerPort: 80 }', pod: '' }) +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ podSelector: { matchLabels: { app: a } } }, { namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: x } } }], ports: [{ port: web }] }] }`,
          'shop',
          'p',
        ),
    ],
    [
      'egress to everyone',
      workload('shop', 'a', { ports: '{ name: http, containerPort: 80 }', pod: '' }) +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Egress], egress: [{ ports: [{ port: web }] }] }`,
          'shop',
          'p',
        ),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(namedPortNotDeclared, yaml)).toEqual([]);
  });
});
