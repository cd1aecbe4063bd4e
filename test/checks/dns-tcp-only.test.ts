import { dnsTcpOnly } from '../../src/checks/dns-tcp-only';
import { globalPolicy, networkPolicy, placesOf } from './check-fixture';

describe('dnsTcpOnly (network-policy-semantics 2.1 items 9 and 20)', () => {
  it.each([
    [
      'port 53 without protocol',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Egress], egress: [{ ports: [{ port: 53 }] }] }`,
        'shop',
        'p',
      ),
      ['spec.egress[0].ports[0]'],
    ],
    [
      'a Calico rule',
      globalPolicy(
        `{ types: [Egress], egress: [{ action: Allow, protocol: TCP, destination: { ports: [53] } }] }`,
        'p',
      ),
      ['spec.egress[0].protocol'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(dnsTcpOnly, yaml)).toEqual(places);
  });

  it.each([
    [
      'both protocols',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Egress], egress: [{ ports: [{ port: 53 }, { port: 53, protocol: UDP }] }] }`,
        'shop',
        'p',
      ),
    ],
    [
      'UDP in another policy of the namespace',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Egress], egress: [{ ports: [{ port: 53 }] }] }`,
        'shop',
        'p',
      ) +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Egress], egress: [{ ports: [{ port: 53, protocol: UDP }] }] }`,
          'shop',
          'q',
        ),
    ],
    [
      'a rule for every port',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Egress], egress: [{ ports: [{ port: 53 }] }, {}] }`,
        'shop',
        'p',
      ),
    ],
    [
      'a UDP port by name',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Egress], egress: [{ ports: [{ port: 53 }, { port: dns, protocol: UDP }] }] }`,
        'shop',
        'p',
      ),
    ],
    [
      'an ingress rule',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: 53 }] }] }`,
        'shop',
        'p',
      ),
    ],
    [
      'Calico with UDP elsewhere',
      globalPolicy(
        `{ types: [Egress], egress: [{ action: Allow, protocol: TCP, destination: { ports: [53] } }, { action: Allow, protocol: UDP }] }`,
        'p',
      ),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(dnsTcpOnly, yaml)).toEqual([]);
  });
});
