import { policyOnHostNetwork } from '../../src/checks/policy-on-host-network';
import { networkPolicy, placesOf, workload } from './check-fixture';

describe('policyOnHostNetwork (intent-systems L12)', () => {
  it.each([
    [
      'pods on the host network only',
      workload('shop', 'agent', { ports: '', pod: 'hostNetwork: true' }) +
        networkPolicy(
          `{ podSelector: { matchLabels: { app: agent } }, policyTypes: [Ingress] }`,
          'shop',
          'p',
        ),
      ['spec.podSelector'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(policyOnHostNetwork, yaml)).toEqual(places);
  });

  it.each([
    [
      'others beside them',
      workload('shop', 'agent', { ports: '', pod: 'hostNetwork: true' }) +
        workload('shop', 'b', { ports: '', pod: '', labels: '{ app: agent }' }) +
        networkPolicy(
          `{ podSelector: { matchLabels: { app: agent } }, policyTypes: [Ingress] }`,
          'shop',
          'p',
        ),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(policyOnHostNetwork, yaml)).toEqual([]);
  });
});
