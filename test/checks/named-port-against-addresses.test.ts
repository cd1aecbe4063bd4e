import { namedPortAgainstAddresses } from '../../src/checks/named-port-against-addresses';
import { networkPolicy, placesOf } from './check-fixture';

describe('namedPortAgainstAddresses (network-policy-semantics 2.1 item 9)', () => {
  it.each([
    [
      'egress to blocks',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 192.0.2.0/24 } }], ports: [{ port: 443 }, { port: https }] }] }`,
        'shop',
        'p',
      ),
      ['spec.egress[0].ports[1].port'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(namedPortAgainstAddresses, yaml)).toEqual(places);
  });

  it.each([
    [
      'pods beside them',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 192.0.2.0/24 } }, { podSelector: {} }], ports: [{ port: https }] }] }`,
        'shop',
        'p',
      ),
    ],
    [
      'ingress, where the name is looked up at the pod itself',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ ipBlock: { cidr: 192.0.2.0/24 } }], ports: [{ port: https }] }] }`,
        'shop',
        'p',
      ),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(namedPortAgainstAddresses, yaml)).toEqual([]);
  });
});
