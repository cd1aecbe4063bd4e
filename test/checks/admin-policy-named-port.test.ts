import { adminPolicyNamedPort } from '../../src/checks/admin-policy-named-port';
import { checkYaml, placesOf } from './check-fixture';

const admin = (rule: string, direction = 'ingress'): string => `---
{ apiVersion: policy.networking.k8s.io/v1alpha1, kind: AdminNetworkPolicy, metadata: { name: a }, spec: { priority: 1, subject: { namespaces: {} }, ${direction}: [${rule}] } }
`;
const baseline = (rule: string): string => `---
{ apiVersion: policy.networking.k8s.io/v1alpha1, kind: BaselineAdminNetworkPolicy, metadata: { name: default }, spec: { subject: { namespaces: {} }, egress: [${rule}] } }
`;
const NUMBER = '{ portNumber: { protocol: TCP, port: 80 } }';
const NAME = '{ namedPort: http }';

describe('adminPolicyNamedPort (test/engines: Calico 3.31 and kube-network-policies 1.1.1 take every port)', () => {
  it.each([
    [
      'ingress',
      admin(`{ action: Allow, from: [{ namespaces: {} }], ports: [${NUMBER}, ${NAME}] }`),
      'spec.ingress[0].ports[1].namedPort',
    ],
    [
      'egress',
      admin(`{ action: Deny, to: [{ namespaces: {} }], ports: [${NAME}] }`, 'egress'),
      'spec.egress[0].ports[0].namedPort',
    ],
    [
      'a baseline',
      baseline(`{ action: Deny, to: [{ namespaces: {} }], ports: [${NAME}] }`),
      'spec.egress[0].ports[0].namedPort',
    ],
  ])('finds the name in %s', (_, yaml, place) => {
    expect(placesOf(adminPolicyNamedPort, yaml)).toEqual([place]);
  });

  it.each([
    ['Allow', 'allows every port'],
    ['Deny', 'denies every port'],
    ['Pass', 'passes every port of every pod on'],
  ])('says what follows from %s', (action, words) => {
    const [finding] = checkYaml(
      admin(`{ action: ${action}, from: [{ namespaces: {} }], ports: [${NAME}] }`),
      [adminPolicyNamedPort],
    );
    expect(finding?.message).toContain(words);
  });

  it.each([
    ['a number', admin(`{ action: Allow, from: [{ namespaces: {} }], ports: [${NUMBER}] }`)],
    ['no ports', admin('{ action: Allow, from: [{ namespaces: {} }] }')],
    [
      'a ClusterNetworkPolicy, which neither engine knows',
      '{ apiVersion: policy.networking.k8s.io/v1alpha2, kind: ClusterNetworkPolicy, metadata: { name: c }, spec: { tier: Admin, priority: 1, subject: { namespaces: {} }, ingress: [{ action: Accept, from: [{ namespaces: {} }], protocols: [{ destinationNamedPort: http }] }] } }',
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(adminPolicyNamedPort, yaml)).toEqual([]);
  });
});
