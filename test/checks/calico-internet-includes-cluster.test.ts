import { calicoInternetIncludesCluster } from '../../src/checks/calico-internet-includes-cluster';
import { checkYaml, globalPolicy, placesOf } from './check-fixture';

const policy = (rules: string): string =>
  globalPolicy(`{ namespaceSelector: has(a), types: [Egress], egress: [${rules}] }`);
const open = (rest = '', more = ''): string =>
  `{ action: Allow, protocol: TCP, destination: { nets: [0.0.0.0/0]${rest} } }${more}`;
const message = (yaml: string): string =>
  checkYaml(yaml, [calicoInternetIncludesCluster])
    .map((finding) => finding.message)
    .join();

describe('calicoInternetIncludesCluster (calico-policy-model 6.2, fixes)', () => {
  it('names the metadata service and private addresses', () => {
    expect(placesOf(calicoInternetIncludesCluster, policy(open()))).toEqual([
      'spec.egress[0].destination.nets',
    ]);
    expect(message(policy(open()))).toMatch(/169\.254\.169\.254.*private addresses/);
  });

  it('leaves out the metadata service where port 80 is not open', () => {
    expect(message(policy(open(', ports: [443]')))).not.toContain('169.254');
  });

  it('leaves out private addresses where another rule opens them on purpose', () => {
    expect(
      message(policy(`${open()}, { action: Allow, destination: { nets: [10.0.0.0/8] } }`)),
    ).not.toContain('private');
  });

  it.each([
    ['notNets', policy(open(', notNets: [10.0.0.0/8]'))],
    ['a rule that allows everything', policy(`${open()}, { action: Allow }`)],
    [
      'a Deny of those addresses before',
      policy(`{ action: Deny, destination: { nets: [10.0.0.0/8, 169.254.0.0/16] } }, ${open()}`),
    ],
    ['a smaller block', policy('{ action: Allow, protocol: TCP, destination: { nets: [8.0.0.0/8] } }')],
    [
      'port 443 beside private addresses',
      policy(`${open(', ports: [443]')}, { action: Allow, destination: { nets: [10.0.0.0/8] } }`),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(calicoInternetIncludesCluster, yaml)).toEqual([]);
  });
});
