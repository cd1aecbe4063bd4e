import { loadBalancerCutOff } from '../../src/checks/load-balancer-cut-off';
import { networkPolicy, placesOf, service, workload } from './check-fixture';

describe('loadBalancerCutOff (network-policy-semantics 2.1 item 17)', () => {
  it.each([
    [
      'a load balancer',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        service('shop', 'a', '{ app: a }', '{ port: 80 }', 'type: LoadBalancer') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: {} }] }] }`,
          'shop',
          'p',
        ),
      ['spec.ports[0]'],
    ],
    [
      'a node port whose number is not the one that is open',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        service('shop', 'a', '{ app: a }', '{ port: 80 }', 'type: NodePort') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: 81 }] }] }`,
          'shop',
          'p',
        ),
      ['spec.ports[0]'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(loadBalancerCutOff, yaml)).toEqual(places);
  });

  it.each([
    [
      'some addresses let in',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        service('shop', 'a', '{ app: a }', '{ port: 80 }', 'type: LoadBalancer') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ ipBlock: { cidr: 192.0.2.0/24 } }] }] }`,
          'shop',
          'p',
        ),
    ],
    [
      'a Service inside',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        service('shop', 'a', '{ app: a }', '{ port: 80 }') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: {} }] }] }`,
          'shop',
          'p',
        ),
    ],
    [
      'pods that are open',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        service('shop', 'a', '{ app: a }', '{ port: 80 }', 'type: LoadBalancer'),
    ],
    [
      'intents, which open the way when compiled',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        workload('shop', 'b', { ports: '{ containerPort: 90 }', pod: '' }) +
        service('shop', 'a', '{ app: a }', '{ port: 80 }', 'type: LoadBalancer') +
        `---\n{ apiVersion: k8s.otterize.com/v2beta1, kind: ClientIntents, metadata: { name: b, namespace: shop }, spec: { workload: { name: b }, targets: [{ kubernetes: { name: a } }] } }\n` +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: {} }] }] }`,
          'shop',
          'p',
        ),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(loadBalancerCutOff, yaml)).toEqual([]);
  });
});
