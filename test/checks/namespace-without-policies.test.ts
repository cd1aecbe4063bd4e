import { namespaceWithoutPolicies } from '../../src/checks/namespace-without-policies';
import { deployment, networkPolicy, placesOf, workload } from './check-fixture';

describe('namespaceWithoutPolicies (intent-systems D9)', () => {
  it.each([
    [
      'workloads that nothing isolates',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        workload('shop', 'b', { ports: '{ containerPort: 90 }', pod: '' }),
      [''],
    ],
    [
      'a policy elsewhere',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        workload('front', 'c', { ports: '{ containerPort: 80 }', pod: '' }) +
        networkPolicy(`{ podSelector: {}, policyTypes: [Ingress], ingress: [] }`, 'front', 'p'),
      [''],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(namespaceWithoutPolicies, yaml)).toEqual(places);
  });

  it.each([
    [
      'one that is isolated for egress',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        networkPolicy(`{ podSelector: {}, policyTypes: [Egress], egress: [] }`, 'shop', 'p'),
    ],
    ['workloads without ports', deployment('shop', 'a', '{ app: a }')],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(namespaceWithoutPolicies, yaml)).toEqual([]);
  });
});
