import { egressWithoutDns } from '../../src/checks/egress-without-dns';
import { deployment, globalPolicy, networkPolicy, placesOf } from './check-fixture';

describe('egressWithoutDns (network-policy-semantics 2.1 item 20)', () => {
  it.each([
    [
      'pods that may call a pod and nothing else',
      deployment('shop', 'a', '{ app: a }') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ podSelector: { matchLabels: { app: b } } }], ports: [{ port: 80 }] }] }`,
          'shop',
          'p',
        ),
      ['spec.egress'],
    ],
    [
      'pods of every port of their own namespace',
      deployment('shop', 'a', '{ app: a }') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ podSelector: {} }] }] }`,
          'shop',
          'p',
        ),
      ['spec.egress'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(egressWithoutDns, yaml)).toEqual(places);
  });

  it.each([
    [
      'UDP 53 in another policy for the pods',
      deployment('shop', 'a', '{ app: a }') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ podSelector: { matchLabels: { app: b } } }], ports: [{ port: 80 }] }] }`,
          'shop',
          'p',
        ) +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Egress], egress: [{ ports: [{ port: 53, protocol: UDP }] }] }`,
          'shop',
          'q',
        ),
    ],
    [
      'port 5353, as on OpenShift',
      deployment('shop', 'a', '{ app: a }') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ podSelector: { matchLabels: { app: b } } }], ports: [{ port: 80 }] }, { ports: [{ port: 5353, protocol: UDP }] }] }`,
          'shop',
          'p',
        ),
    ],
    [
      'a UDP port by name',
      deployment('shop', 'a', '{ app: a }') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ podSelector: { matchLabels: { app: b } } }], ports: [{ port: 80 }] }, { ports: [{ port: dns, protocol: UDP }] }] }`,
          'shop',
          'p',
        ),
    ],
    [
      'every port of another namespace',
      deployment('shop', 'a', '{ app: a }') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ podSelector: { matchLabels: { app: b } } }], ports: [{ port: 80 }] }, { to: [{ namespaceSelector: {} }] }] }`,
          'shop',
          'p',
        ),
    ],
    [
      'addresses only',
      deployment('shop', 'a', '{ app: a }') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 192.0.2.0/24 } }] }] }`,
          'shop',
          'p',
        ),
    ],
    [
      'a default deny',
      deployment('shop', 'a', '{ app: a }') +
        networkPolicy(`{ podSelector: {}, policyTypes: [Egress], egress: [] }`, 'shop', 'p'),
    ],
    [
      'pods that a Calico policy isolates too',
      deployment('shop', 'a', '{ app: a }') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ podSelector: { matchLabels: { app: b } } }], ports: [{ port: 80 }] }] }`,
          'shop',
          'p',
        ) +
        globalPolicy(`{ types: [Egress], egress: [{ action: Allow, protocol: UDP }] }`, 'p'),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(egressWithoutDns, yaml)).toEqual([]);
  });
});
