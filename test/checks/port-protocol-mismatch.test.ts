import { portProtocolMismatch } from '../../src/checks/port-protocol-mismatch';
import { networkPolicy, placesOf, workload } from './check-fixture';

describe('portProtocolMismatch (network-policy-semantics 2.1 item 9, intent-systems L14)', () => {
  it.each([
    [
      'TCP where pods listen on UDP',
      workload('shop', 'a', { ports: '{ containerPort: 8125, protocol: UDP }', pod: '' }) +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: 8125 }] }] }`,
          'shop',
          'p',
        ),
      ['spec.ingress[0].ports[0]'],
    ],
    [
      'the same for egress, at the peers',
      workload('shop', 'a', { ports: '{ containerPort: 8125, protocol: UDP }', pod: '' }) +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ podSelector: { matchLabels: { app: a } } }], ports: [{ port: 8125 }] }] }`,
          'shop',
          'p',
        ),
      ['spec.egress[0].ports[0]'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(portProtocolMismatch, yaml)).toEqual(places);
  });

  it.each([
    [
      'a rule that opens the other protocol too',
      workload('shop', 'a', { ports: '{ containerPort: 8125, protocol: UDP }', pod: '' }) +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: 8125 }] }, { ports: [{ protocol: UDP }] }] }`,
          'shop',
          'p',
        ),
    ],
    [
      'the right protocol',
      workload('shop', 'a', { ports: '{ containerPort: 8125, protocol: UDP }', pod: '' }) +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: 8125, protocol: UDP }] }] }`,
          'shop',
          'p',
        ),
    ],
    [
      'a port that no container declares',
      workload('shop', 'a', { ports: '{ containerPort: 8125, protocol: UDP }', pod: '' }) +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: 80 }] }] }`,
          'shop',
          'p',
        ),
    ],
    [
      'a port on both protocols',
      workload('shop', 'a', {
        ports: '{ containerPort: 53 }, { containerPort: 53, protocol: UDP }',
        pod: '',
      }) +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: 53 }] }] }`,
          'shop',
          'p',
        ),
    ],
    [
      'a range',
      workload('shop', 'a', { ports: '{ containerPort: 8125, protocol: UDP }', pod: '' }) +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: 8000, endPort: 9000 }] }] }`,
          'shop',
          'p',
        ),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(portProtocolMismatch, yaml)).toEqual([]);
  });
});
