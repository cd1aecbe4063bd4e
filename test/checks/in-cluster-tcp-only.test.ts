import { inClusterTcpOnly } from '../../src/checks/in-cluster-tcp-only';
import { globalPolicy, placesOf } from './check-fixture';

const policy = (rules: string, scope = 'namespaceSelector: has(a)'): string =>
  globalPolicy(`{ ${scope}, types: [Egress], egress: [${rules}] }`);
const TCP = '{ action: Allow, protocol: TCP, destination: { nets: [10.0.0.0/16] } }';

describe('inClusterTcpOnly (calico-policy-model 6.2, row 8)', () => {
  it('finds private blocks that are opened for TCP alone', () => {
    expect(placesOf(inClusterTcpOnly, policy(TCP))).toEqual(['spec.egress[0].protocol']);
  });

  it.each([
    [
      'the same blocks for UDP',
      policy(`${TCP}, { action: Allow, protocol: UDP, destination: { nets: [10.0.0.0/16] } }`),
    ],
    ['any protocol', policy(TCP.replace('protocol: TCP, ', ''))],
    [
      'all pods for any protocol',
      policy(`${TCP}, { action: Allow, destination: { namespaceSelector: all() } }`),
    ],
    [
      'a port of a database',
      policy('{ action: Allow, protocol: TCP, destination: { nets: [10.0.5.5/32], ports: [5432] } }'),
    ],
    ['public addresses', policy('{ action: Allow, protocol: TCP, destination: { nets: [8.8.8.0/24] } }')],
    ['a policy for some pods', policy(TCP, 'namespaceSelector: has(a), selector: \'app == "x"\'')],
    ['a Deny', policy(TCP.replace('Allow', 'Deny'))],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(inClusterTcpOnly, yaml)).toEqual([]);
  });
});
