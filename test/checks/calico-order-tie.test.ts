import { calicoOrderTie } from '../../src/checks/calico-order-tie';
import { globalPolicy, placesOf, workload } from './check-fixture';

describe('calicoOrderTie (calico-policy-model 5.2)', () => {
  it.each([
    [
      'no order',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        globalPolicy(
          `{ namespaceSelector: has(projectcalico.org/name), types: [Ingress], ingress: [{ action: Allow }] }`,
          'a',
        ) +
        globalPolicy(
          `{ namespaceSelector: has(projectcalico.org/name), types: [Ingress], ingress: [{ action: Deny }] }`,
          'b',
        ),
      ['spec.order'],
    ],
    [
      'one order',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        globalPolicy(
          `{ namespaceSelector: has(projectcalico.org/name), types: [Ingress], order: 5, ingress: [{ action: Allow }] }`,
          'a',
        ) +
        globalPolicy(
          `{ namespaceSelector: has(projectcalico.org/name), types: [Ingress], order: 5, ingress: [{ action: Deny }] }`,
          'b',
        ),
      ['spec.order'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(calicoOrderTie, yaml)).toEqual(places);
  });

  it.each([
    [
      'two orders',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        globalPolicy(
          `{ namespaceSelector: has(projectcalico.org/name), types: [Ingress], order: 5, ingress: [{ action: Allow }] }`,
          'a',
        ) +
        globalPolicy(
          `{ namespaceSelector: has(projectcalico.org/name), types: [Ingress], order: 6, ingress: [{ action: Deny }] }`,
          'b',
        ),
    ],
    [
      'policies of one mind',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        globalPolicy(
          `{ namespaceSelector: has(projectcalico.org/name), types: [Ingress], ingress: [{ action: Allow }] }`,
          'a',
        ) +
        globalPolicy(
          `{ namespaceSelector: has(projectcalico.org/name), types: [Ingress], ingress: [{ action: Allow }] }`,
          'b',
        ),
    ],
    [
      'other pods',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        globalPolicy(
          `{ namespaceSelector: has(projectcalico.org/name), types: [Ingress], ingress: [{ action: Allow }] }`,
          'a',
        ) +
        globalPolicy(
          `{ namespaceSelector: projectcalico.org/name == "x", types: [Ingress], ingress: [{ action: Deny }] }`,
          'b',
        ),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(calicoOrderTie, yaml)).toEqual([]);
  });
});
