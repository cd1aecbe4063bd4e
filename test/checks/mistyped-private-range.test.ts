import { mistypedPrivateRange } from '../../src/checks/mistyped-private-range';
import { globalPolicy, networkPolicy, placesOf } from './check-fixture';

describe('mistypedPrivateRange (intent-systems L10)', () => {
  it.each([
    [
      'exceptions',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 0.0.0.0/0, except: [10.0.0.0/8, 172.16.0.0/20, 192.168.0.0/16] } }] }] }`,
        'shop',
        'p',
      ),
      ['spec.egress[0].to'],
    ],
    [
      'blocks of a list',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }, { ipBlock: { cidr: 172.16.0.0/16 } }, { ipBlock: { cidr: 192.168.0.0/16 } }] }] }`,
        'shop',
        'p',
      ),
      ['spec.ingress[0].from'],
    ],
    [
      'nets of Calico',
      globalPolicy(
        `{ types: [Egress], egress: [{ action: Deny, destination: { nets: [10.0.0.0/8, 172.16.0.0/16, 192.168.0.0/16] } }] }`,
        'p',
      ),
      ['spec.egress[0].destination.nets'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(mistypedPrivateRange, yaml)).toEqual(places);
  });

  it.each([
    [
      'the range as it is',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 0.0.0.0/0, except: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16] } }] }] }`,
        'shop',
        'p',
      ),
    ],
    [
      'a part of it alone',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 172.16.0.0/16 } }] }] }`,
        'shop',
        'p',
      ),
    ],
    [
      'a part of it beside one range only',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 172.16.0.0/16 } }, { ipBlock: { cidr: 10.0.0.0/8 } }] }] }`,
        'shop',
        'p',
      ),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(mistypedPrivateRange, yaml)).toEqual([]);
  });
});
