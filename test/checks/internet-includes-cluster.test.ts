import { internetIncludesCluster } from '../../src/checks/internet-includes-cluster';
import { networkPolicy, placesOf } from './check-fixture';

describe('internetIncludesCluster (network-policy-semantics 2.1 item 8)', () => {
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
      'only the metadata service left out',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 0.0.0.0/0, except: [169.254.0.0/16] } }] }] }`,
        'shop',
        'p',
      ),
      ['spec.egress[0].to[0].ipBlock'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(internetIncludesCluster, yaml)).toEqual(places);
  });

  it.each([
    [
      'private ranges left out',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 0.0.0.0/0, except: [10.0.0.0/8] } }] }] }`,
        'shop',
        'p',
      ),
    ],
    [
      'the cluster opened on purpose',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 0.0.0.0/0 } }] }, { to: [{ namespaceSelector: {} }] }] }`,
        'shop',
        'p',
      ),
    ],
    [
      'private ranges opened on purpose',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 0.0.0.0/0 } }, { ipBlock: { cidr: 10.0.0.0/8 } }] }] }`,
        'shop',
        'p',
      ),
    ],
    [
      'ingress',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ ipBlock: { cidr: 0.0.0.0/0 } }] }] }`,
        'shop',
        'p',
      ),
    ],
    [
      'a policy that intents made',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 0.0.0.0/0 } }] }] }`,
      ).replace(
        'namespace: shop',
        'namespace: shop, labels: { intents.otterize.com/network-policy: "true" }',
      ),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(internetIncludesCluster, yaml)).toEqual([]);
  });
});
