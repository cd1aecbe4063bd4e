import { cutOffWorkload } from '../../src/checks/cut-off-workload';
import { networkPolicy, placesOf, service, workload } from './check-fixture';

describe('cutOffWorkload (intent-systems D9)', () => {
  it.each([
    [
      'nobody may call it',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        workload('shop', 'b', { ports: '{ containerPort: 90 }', pod: '' }) +
        service('shop', 'a', '{ app: a }', '{ port: 80 }') +
        networkPolicy(`{ podSelector: { matchLabels: { app: a } }, policyTypes: [Ingress] }`, 'shop', 'p'),
      [''],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(cutOffWorkload, yaml)).toEqual(places);
  });

  it.each([
    [
      'somebody may',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        workload('shop', 'b', { ports: '{ containerPort: 90 }', pod: '' }) +
        service('shop', 'a', '{ app: a }', '{ port: 80 }') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: {} }] }] }`,
          'shop',
          'p',
        ),
    ],
    [
      'addresses may',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        workload('shop', 'b', { ports: '{ containerPort: 90 }', pod: '' }) +
        service('shop', 'a', '{ app: a }', '{ port: 80 }') +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ ipBlock: { cidr: 192.0.2.0/24 } }] }] }`,
          'shop',
          'p',
        ),
    ],
    [
      'it is open',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        workload('shop', 'b', { ports: '{ containerPort: 90 }', pod: '' }) +
        service('shop', 'a', '{ app: a }', '{ port: 80 }'),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(cutOffWorkload, yaml)).toEqual([]);
  });
});
