import { hostNetworkPeer } from '../../src/checks/host-network-peer';
import { networkPolicy, placesOf, workload } from './check-fixture';

describe('hostNetworkPeer (network-policy-semantics 2.1 item 13)', () => {
  it.each([
    [
      'pods on the host network only',
      workload('shop', 'agent', { ports: '', pod: 'hostNetwork: true' }) +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: { matchLabels: { app: agent } } }] }] }`,
          'shop',
          'p',
        ),
      ['spec.ingress[0].from[0]'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(hostNetworkPeer, yaml)).toEqual(places);
  });

  it.each([
    [
      'others beside them',
      workload('shop', 'agent', { ports: '', pod: 'hostNetwork: true' }) +
        workload('shop', 'b', { ports: '', pod: '', labels: '{ app: agent }' }) +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: { matchLabels: { app: agent } } }] }] }`,
          'shop',
          'p',
        ),
    ],
    [
      'a whole namespace',
      workload('shop', 'agent', { ports: '', pod: 'hostNetwork: true' }) +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ namespaceSelector: {} }] }] }`,
          'shop',
          'p',
        ),
    ],
    [
      'nobody',
      workload('shop', 'agent', { ports: '', pod: 'hostNetwork: true' }) +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: { matchLabels: { app: b } } }] }] }`,
          'shop',
          'p',
        ),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(hostNetworkPeer, yaml)).toEqual([]);
  });
});
