import { metadataAddressReachable } from '../../src/checks/metadata-address-reachable';
import { networkPolicy, placesOf } from './check-fixture';

describe('metadataAddressReachable (intent-systems L13)', () => {
  it.each([
    [
      'a block of everything',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 0.0.0.0/0 } }] }] }`,
        'shop',
        'p',
      ),
      ['spec.egress[0].to[0].ipBlock'],
    ],
    [
      'a wide block with port 80 in a range',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 128.0.0.0/1 } }], ports: [{ port: 1, endPort: 1000 }] }] }`,
        'shop',
        'p',
      ),
      ['spec.egress[0].to[0].ipBlock'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(metadataAddressReachable, yaml)).toEqual(places);
  });

  it.each([
    [
      'the address left out',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 0.0.0.0/0, except: [169.254.169.254/32] } }] }] }`,
        'shop',
        'p',
      ),
    ],
    [
      'another port',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 0.0.0.0/0 } }], ports: [{ port: 443 }] }] }`,
        'shop',
        'p',
      ),
    ],
    [
      'link-local addresses on purpose',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 169.254.0.0/16 } }] }] }`,
        'shop',
        'p',
      ),
    ],
    [
      'IPv6',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: "::/0" } }] }] }`,
        'shop',
        'p',
      ),
    ],
    [
      'everyone, which says what it does',
      networkPolicy(`{ podSelector: {}, policyTypes: [Egress], egress: [{}] }`, 'shop', 'p'),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(metadataAddressReachable, yaml)).toEqual([]);
  });
});
