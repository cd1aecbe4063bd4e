import { allowAllRule } from '../../src/checks/allow-all-rule';
import { networkPolicy, placesOf, workload } from './check-fixture';

describe('allowAllRule (network-policy-semantics 2.1 items 1 and 3, intent-systems L17)', () => {
  it.each([
    [
      'ingress',
      networkPolicy(`{ podSelector: {}, policyTypes: [Ingress], ingress: [{}] }`, 'shop', 'p'),
      ['spec.ingress[0]'],
    ],
    [
      'egress',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Egress], egress: [{ ports: [{ port: 1 }] }, {}] }`,
        'shop',
        'p',
      ),
      ['spec.egress[1]'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(allowAllRule, yaml)).toEqual(places);
  });

  it.each([
    [
      'pods on the host network, where no policy has effect',
      workload('shop', 'agent', { pod: 'hostNetwork: true' }) +
        networkPolicy('{ podSelector: {}, ingress: [{}] }'),
    ],
    [
      'ports',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: 80 }] }] }`,
        'shop',
        'p',
      ),
    ],
    [
      'peers',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: {} }] }] }`,
        'shop',
        'p',
      ),
    ],
    [
      'a direction that is not in force',
      networkPolicy(`{ podSelector: {}, policyTypes: [Ingress], egress: [{}] }`, 'shop', 'p'),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(allowAllRule, yaml)).toEqual([]);
  });
});
