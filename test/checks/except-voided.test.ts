import { exceptVoided } from '../../src/checks/except-voided';
import { networkPolicy, placesOf } from './check-fixture';

describe('exceptVoided (network-policy-semantics 2.1 item 6)', () => {
  it.each([
    [
      'a block that holds the exception',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16] } }, { ipBlock: { cidr: 10.0.0.0/12 } }] }] }`,
        'shop',
        'p',
      ),
      ['spec.ingress[0].from[0].ipBlock.except[0]'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(exceptVoided, yaml)).toEqual(places);
  });

  it.each([
    [
      'a block inside of the exception: a hole in it',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16] } }, { ipBlock: { cidr: 10.1.2.0/24 } }] }] }`,
        'shop',
        'p',
      ),
    ],
    [
      'the same exception there',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16] } }, { ipBlock: { cidr: 10.0.0.0/12, except: [10.1.0.0/16] } }] }] }`,
        'shop',
        'p',
      ),
    ],
    [
      'another rule, which may be about other ports',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16] } }] }, { from: [{ ipBlock: { cidr: 10.1.0.0/16 } }], ports: [{ port: 80 }] }] }`,
        'shop',
        'p',
      ),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(exceptVoided, yaml)).toEqual([]);
  });
});
