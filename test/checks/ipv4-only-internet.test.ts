import { ipv4OnlyInternet } from '../../src/checks/ipv4-only-internet';
import { globalPolicy, networkPolicy, placesOf } from './check-fixture';

const V4 = '{ ipBlock: { cidr: 0.0.0.0/0, except: [10.0.0.0/8] } }';
const V6 = '{ ipBlock: { cidr: "::/0" } }';
const egress = (rules: string): string =>
  networkPolicy(`{ podSelector: {}, policyTypes: [Egress], egress: [${rules}] }`);
const calico = (rules: string): string =>
  globalPolicy(`{ namespaceSelector: has(a), types: [Egress], egress: [${rules}] }`);
const nets = (net: string, port: number, rest = ''): string =>
  `{ action: Allow, protocol: TCP${rest}, destination: { nets: ["${net}"], ports: [${port}] } }`;

describe('ipv4OnlyInternet (calico-policy-model 6.2, fixes)', () => {
  it.each([
    ['IPv4 alone', egress(`{ to: [${V4}] }`), 'spec.egress[0].to[0].ipBlock'],
    [
      'IPv6 for other ports',
      egress(`{ to: [${V4}], ports: [{ port: 443 }] }, { to: [${V6}], ports: [{ port: 80 }] }`),
      'spec.egress[0].to[0].ipBlock',
    ],
    [
      'ingress',
      networkPolicy(`{ podSelector: {}, ingress: [{ from: [${V4}] }] }`),
      'spec.ingress[0].from[0].ipBlock',
    ],
    ['Calico', calico(nets('0.0.0.0/0', 443)), 'spec.egress[0].destination.nets'],
    [
      'Calico with IPv6 for another port',
      calico(`${nets('0.0.0.0/0', 443)}, ${nets('::/0', 80)}`),
      'spec.egress[0].destination.nets',
    ],
  ])('finds %s', (_, yaml, place) => {
    expect(placesOf(ipv4OnlyInternet, yaml)).toEqual([place]);
  });

  it.each([
    ['both in one list', egress(`{ to: [${V4}, ${V6}] }`)],
    [
      'both in two rules',
      egress(`{ to: [${V4}], ports: [{ port: 443 }] }, { to: [${V6}], ports: [{ port: 443 }] }`),
    ],
    ['a rule for everyone', egress(`{ to: [${V4}] }, {}`)],
    ['a block that is not the internet', egress('{ to: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }')],
    ['Calico with both', calico(`${nets('0.0.0.0/0', 443)}, ${nets('::/0', 443)}`)],
    ['Calico that says IPv4', calico(nets('0.0.0.0/0', 443, ', ipVersion: 4'))],
    ['Calico denying', calico(nets('0.0.0.0/0', 443).replace('Allow', 'Deny'))],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(ipv4OnlyInternet, yaml)).toEqual([]);
  });
});
