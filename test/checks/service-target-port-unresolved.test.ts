import { serviceTargetPortUnresolved } from '../../src/checks/service-target-port-unresolved';
import { placesOf, service, workload } from './check-fixture';

describe('serviceTargetPortUnresolved (intent-systems L8)', () => {
  it.each([
    [
      'a name that nobody declares',
      workload('shop', 'a', { ports: '{ name: http, containerPort: 80 }', pod: '' }) +
        service('shop', 'a', '{ app: a }', '{ port: 80, targetPort: web }'),
      ['spec.ports[0].targetPort'],
    ],
    [
      'a name of another protocol',
      workload('shop', 'a', { ports: '{ name: http, containerPort: 80 }', pod: '' }) +
        service('shop', 'a', '{ app: a }', '{ port: 80, targetPort: http, protocol: UDP }'),
      ['spec.ports[0].targetPort'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(serviceTargetPortUnresolved, yaml)).toEqual(places);
  });

  it.each([
    [
      'a name that one declares',
      workload('shop', 'a', { ports: '{ name: http, containerPort: 80 }', pod: '' }) +
        service('shop', 'a', '{ app: a }', '{ port: 80, targetPort: http }'),
    ],
    [
      'a number',
      workload('shop', 'a', { ports: '{ name: http, containerPort: 80 }', pod: '' }) +
        service('shop', 'a', '{ app: a }', '{ port: 80, targetPort: 1 }'),
    ],
    ['pods that are not in the input', service('shop', 'a', '{ app: a }', '{ port: 80, targetPort: web }')],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(serviceTargetPortUnresolved, yaml)).toEqual([]);
  });
});
