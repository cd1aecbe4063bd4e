import { workloadNotIsolated } from '../../src/checks/workload-not-isolated';
import { deployment, networkPolicy, placesOf, workload } from './check-fixture';

describe('workloadNotIsolated (intent-systems D9)', () => {
  it.each([
    [
      'one of two',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        workload('shop', 'b', { ports: '{ containerPort: 90 }', pod: '' }) +
        networkPolicy(`{ podSelector: { matchLabels: { app: a } }, policyTypes: [Ingress] }`, 'shop', 'p'),
      [''],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(workloadNotIsolated, yaml)).toEqual(places);
  });

  it.each([
    [
      'none of two',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        workload('shop', 'b', { ports: '{ containerPort: 90 }', pod: '' }),
    ],
    [
      'both',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        workload('shop', 'b', { ports: '{ containerPort: 90 }', pod: '' }) +
        networkPolicy(`{ podSelector: {}, policyTypes: [Ingress], ingress: [] }`, 'shop', 'p'),
    ],
    [
      'one without ports',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        deployment('shop', 'b', '{ app: b }') +
        networkPolicy(`{ podSelector: { matchLabels: { app: a } }, policyTypes: [Ingress] }`, 'shop', 'p'),
    ],
    [
      'one on the host network',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        workload('shop', 'b', { ports: '{ containerPort: 90 }', pod: 'hostNetwork: true' }) +
        networkPolicy(`{ podSelector: { matchLabels: { app: a } }, policyTypes: [Ingress] }`, 'shop', 'p'),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(workloadNotIsolated, yaml)).toEqual([]);
  });
});
