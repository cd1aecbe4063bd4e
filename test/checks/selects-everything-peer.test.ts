import { selectsEverythingPeer } from '../../src/checks/selects-everything-peer';
import { globalPolicy, networkPolicy, placesOf } from './check-fixture';

const ingress = (rule: string): string => networkPolicy(`{ podSelector: {}, ingress: [${rule}] }`);
const calico = (rule: string): string =>
  globalPolicy(`{ namespaceSelector: all(), types: [Ingress], ingress: [${rule}] }`);

describe('selectsEverythingPeer (network-policy-semantics 2.1 item 5)', () => {
  it.each([
    ['from: []', ingress('{ from: [] }'), 'spec.ingress[0].from'],
    ['from: with nothing', ingress('{ from: }'), 'spec.ingress[0].from'],
    ['ports: []', ingress('{ from: [{ podSelector: {} }], ports: [] }'), 'spec.ingress[0].ports'],
    ['to: []', networkPolicy('{ podSelector: {}, egress: [{ to: [] }] }'), 'spec.egress[0].to'],
    ['Calico nets: []', calico('{ action: Allow, source: { nets: [] } }'), 'spec.ingress[0].source.nets'],
    [
      'an empty Calico selector',
      calico('{ action: Allow, source: { selector: "" } }'),
      'spec.ingress[0].source.selector',
    ],
    [
      'Calico ports: []',
      calico('{ action: Allow, protocol: TCP, destination: { ports: [] } }'),
      'spec.ingress[0].destination.ports',
    ],
  ])('finds %s', (_, yaml, place) => {
    expect(placesOf(selectsEverythingPeer, yaml)).toEqual([place]);
  });

  it.each([
    ['an empty rule, the usual way to allow everything', ingress('{}')],
    ['a port for everyone', ingress('{ ports: [{ port: 80 }] }')],
    ['no rules', networkPolicy('{ podSelector: {}, ingress: [] }')],
    ['all pods, said so', ingress('{ from: [{ namespaceSelector: {} }] }')],
    ['a Calico Deny', calico('{ action: Deny, source: { nets: [] } }')],
    ['a Calico Allow for everyone', calico('{ action: Allow }')],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(selectsEverythingPeer, yaml)).toEqual([]);
  });
});
