import { dnsUdpOnly } from '../../src/checks/dns-udp-only';
import { globalPolicy, networkPolicy, placesOf } from './check-fixture';

const DNS = 'to: [{ namespaceSelector: {}, podSelector: { matchLabels: { k8s-app: kube-dns } } }]';
const UDP = '{ protocol: UDP, port: 53 }';
const egress = (rules: string, pods = '{}', name = 'p'): string =>
  networkPolicy(`{ podSelector: ${pods}, policyTypes: [Egress], egress: [${rules}] }`, 'shop', name);
const calico = (rules: string): string =>
  globalPolicy(`{ namespaceSelector: has(a), types: [Egress], egress: [${rules}] }`);
const dns = (protocol: string): string =>
  `{ action: Allow, protocol: ${protocol}, destination: { selector: 'k8s-app == "kube-dns"', ports: [53] } }`;

describe('dnsUdpOnly (network-policy-semantics 2.1 item 20)', () => {
  it.each([
    ['UDP alone', egress(`{ ${DNS}, ports: [${UDP}] }`), 'spec.egress[0].ports[0]'],
    [
      'UDP beside another TCP port',
      egress(`{ ${DNS}, ports: [{ port: 443 }, ${UDP}] }`),
      'spec.egress[0].ports[1]',
    ],
    [
      'TCP to somebody else',
      egress(`{ ${DNS}, ports: [${UDP}] }, { to: [{ podSelector: {} }], ports: [{ port: 53 }] }`),
      'spec.egress[0].ports[0]',
    ],
    [
      'TCP for other pods',
      egress(`{ ${DNS}, ports: [${UDP}] }`) +
        egress(`{ ${DNS}, ports: [{ port: 53 }] }`, '{ matchLabels: { a: b } }', 'q'),
      'spec.egress[0].ports[0]',
    ],
    ['Calico UDP alone', calico(dns('UDP')), 'spec.egress[0].destination.ports'],
  ])('finds %s', (_, yaml, place) => {
    expect(placesOf(dnsUdpOnly, yaml)).toEqual([place]);
  });

  it.each([
    ['both protocols', egress(`{ ${DNS}, ports: [${UDP}, { protocol: TCP, port: 53 }] }`)],
    [
      'both ports by name',
      egress(`{ ${DNS}, ports: [{ protocol: UDP, port: dns }, { protocol: TCP, port: dns-tcp }] }`),
    ],
    ['TCP in a rule of its own', egress(`{ ${DNS}, ports: [${UDP}] }, { ${DNS}, ports: [{ port: 53 }] }`)],
    ['TCP in a range', egress(`{ ${DNS}, ports: [${UDP}, { port: 1, endPort: 1024 }] }`)],
    ['every port to everyone', egress(`{ ${DNS}, ports: [${UDP}] }, {}`)],
    ['every port to all pods', egress(`{ ${DNS}, ports: [${UDP}] }, { to: [{ namespaceSelector: {} }] }`)],
    [
      'TCP in another policy for all pods',
      egress(`{ ${DNS}, ports: [${UDP}] }`, '{ matchLabels: { a: b } }') +
        egress(`{ ${DNS}, ports: [{ port: 53 }] }`, '{}', 'q'),
    ],
    [
      'egress that is not restricted',
      networkPolicy(`{ podSelector: {}, policyTypes: [Ingress], egress: [{ ${DNS}, ports: [${UDP}] }] }`),
    ],
    ['a DNS server that takes UDP in', networkPolicy(`{ podSelector: {}, ingress: [{ ports: [${UDP}] }] }`)],
    ['Calico with both', calico(`${dns('UDP')}, ${dns('TCP')}`)],
    ['Calico with TCP to everyone', calico(`${dns('UDP')}, { action: Allow, protocol: TCP }`)],
    ['Calico denying UDP', calico(dns('UDP').replace('Allow', 'Deny'))],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(dnsUdpOnly, yaml)).toEqual([]);
  });
});
