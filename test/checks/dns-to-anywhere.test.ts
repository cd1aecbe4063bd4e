import { dnsToAnywhere } from '../../src/checks/dns-to-anywhere';
import { networkPolicy, placesOf } from './check-fixture';

describe('dnsToAnywhere (intent-systems L9)', () => {
  it.each([
    [
      'no peers',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Egress], egress: [{ ports: [{ port: 53, protocol: UDP }] }] }`,
        'shop',
        'p',
      ),
      ['spec.egress[0].ports'],
    ],
    [
      'a block of everything',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 0.0.0.0/0 } }], ports: [{ port: 53, protocol: UDP }] }] }`,
        'shop',
        'p',
      ),
      ['spec.egress[0].to'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(dnsToAnywhere, yaml)).toEqual(places);
  });

  it.each([
    [
      'named peers',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ namespaceSelector: {} }], ports: [{ port: 53, protocol: UDP }] }] }`,
        'shop',
        'p',
      ),
    ],
    [
      'other ports beside it: not a rule for DNS',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Egress], egress: [{ ports: [{ port: 53, protocol: UDP }, { port: 443 }] }] }`,
        'shop',
        'p',
      ),
    ],
    ['every port', networkPolicy(`{ podSelector: {}, policyTypes: [Egress], egress: [{}] }`, 'shop', 'p')],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(dnsToAnywhere, yaml)).toEqual([]);
  });
});
