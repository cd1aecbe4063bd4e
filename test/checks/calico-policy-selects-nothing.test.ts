import { calicoPolicySelectsNothing } from '../../src/checks/calico-policy-selects-nothing';
import { globalPolicy, placesOf, workload } from './check-fixture';

describe('calicoPolicySelectsNothing (intent-systems L3)', () => {
  it.each([
    [
      'labels that nobody has',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        `---\n{ apiVersion: projectcalico.org/v3, kind: NetworkPolicy, metadata: { name: p, namespace: shop }, spec: { selector: 'app == "b"', types: [Ingress] } }\n`,
      ['spec.selector'],
    ],
    [
      'a GlobalNetworkPolicy',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        globalPolicy(`{ namespaceSelector: projectcalico.org/name == "x", types: [Ingress] }`, 'p'),
      ['spec.namespaceSelector'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(calicoPolicySelectsNothing, yaml)).toEqual(places);
  });

  it.each([
    [
      'labels that are there',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        `---\n{ apiVersion: projectcalico.org/v3, kind: NetworkPolicy, metadata: { name: p, namespace: shop }, spec: { selector: 'app == "a"', types: [Ingress] } }\n`,
    ],
    [
      'a namespace without workloads in the input',
      `---\n{ apiVersion: projectcalico.org/v3, kind: NetworkPolicy, metadata: { name: p, namespace: shop }, spec: { selector: 'app == "b"', types: [Ingress] } }\n`,
    ],
    [
      'a policy for hosts',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        globalPolicy(`{ selector: has(node), types: [Ingress], applyOnForward: true, preDNAT: true }`, 'p'),
    ],
    [
      'a staged policy, which changes nothing',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        `---\n{ apiVersion: projectcalico.org/v3, kind: StagedNetworkPolicy, metadata: { name: p, namespace: shop }, spec: { selector: 'app == "b"', types: [Ingress] } }\n`,
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(calicoPolicySelectsNothing, yaml)).toEqual([]);
  });
});
