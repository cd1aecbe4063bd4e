import { emptyPortItem } from '../../src/checks/empty-port-item';
import { networkPolicy, placesOf } from './check-fixture';

describe('emptyPortItem (network-policy-semantics 2.1 item 9)', () => {
  it.each([
    [
      'an empty item',
      networkPolicy(`{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{}] }] }`, 'shop', 'p'),
      ['spec.ingress[0].ports[0]'],
    ],
    [
      'an item of nulls beside another',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Egress], egress: [{ ports: [{ port: 80 }, { port: null, protocol: null }] }] }`,
        'shop',
        'p',
      ),
      ['spec.egress[0].ports[1]'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(emptyPortItem, yaml)).toEqual(places);
  });

  it.each([
    [
      'a protocol alone, which says what it does',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ protocol: TCP }] }] }`,
        'shop',
        'p',
      ),
    ],
    [
      'a port alone',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: 80 }] }] }`,
        'shop',
        'p',
      ),
    ],
    ['no ports', networkPolicy(`{ podSelector: {}, policyTypes: [Ingress], ingress: [{}] }`, 'shop', 'p')],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(emptyPortItem, yaml)).toEqual([]);
  });
});
