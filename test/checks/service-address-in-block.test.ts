import { serviceAddressInBlock } from '../../src/checks/service-address-in-block';
import { globalPolicy, networkPolicy, placesOf, service } from './check-fixture';

describe('serviceAddressInBlock (network-policy-semantics 2.1 item 15)', () => {
  it.each([
    [
      'the address of a Service',
      service('shop', 'a', '{ app: a }', '{ port: 80 }', 'clusterIP: 10.96.0.7') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 10.96.0.7/32 } }] }] }`,
          'shop',
          'p',
        ),
      ['spec.egress[0].to[0].ipBlock.cidr'],
    ],
    [
      'a Calico rule',
      service('shop', 'a', '{ app: a }', '{ port: 80 }', 'clusterIP: 10.96.0.7') +
        globalPolicy(
          `{ types: [Egress], egress: [{ action: Allow, destination: { nets: [10.96.0.7/32] } }] }`,
          'p',
        ),
      ['spec.egress[0].destination.nets[0]'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(serviceAddressInBlock, yaml)).toEqual(places);
  });

  it.each([
    [
      'another address',
      service('shop', 'a', '{ app: a }', '{ port: 80 }', 'clusterIP: 10.96.0.7') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 10.96.0.8/32 } }] }] }`,
          'shop',
          'p',
        ),
    ],
    [
      'a range that holds it',
      service('shop', 'a', '{ app: a }', '{ port: 80 }', 'clusterIP: 10.96.0.7') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 10.96.0.0/16 } }] }] }`,
          'shop',
          'p',
        ),
    ],
    [
      'a headless Service',
      service('shop', 'a', '{ app: a }', '{ port: 80 }', 'clusterIP: None') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 10.96.0.7/32 } }] }] }`,
          'shop',
          'p',
        ),
    ],
    [
      'the DNS of the cluster, which a cache on the node is asked for',
      service(
        'kube-system',
        'kube-dns',
        '{ k8s-app: kube-dns }',
        '{ port: 53, protocol: UDP }',
        'clusterIP: 10.96.0.10',
      ) +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 10.96.0.10/32 } }] }] }`,
          'shop',
          'p',
        ),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(serviceAddressInBlock, yaml)).toEqual([]);
  });
});
