import { calicoDenyOnlyPolicy } from '../../src/checks/calico-deny-only-policy';
import { globalPolicy, networkPolicy, placesOf, workload } from './check-fixture';

describe('calicoDenyOnlyPolicy (calico-policy-model 5.3 and 8 item 4)', () => {
  it.each([
    [
      'nothing but a Deny',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        globalPolicy(
          `{ namespaceSelector: has(projectcalico.org/name), types: [Ingress], ingress: [{ action: Deny, source: { nets: [192.0.2.0/24] } }] }`,
          'p',
        ),
      ['spec.ingress[0]'],
    ],
    [
      'a Log beside it',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        globalPolicy(
          `{ namespaceSelector: has(projectcalico.org/name), types: [Ingress], ingress: [{ action: Log }, { action: Deny, source: { nets: [192.0.2.0/24] } }] }`,
          'p',
        ),
      ['spec.ingress[0]'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(calicoDenyOnlyPolicy, yaml)).toEqual(places);
  });

  it.each([
    [
      'a Pass at the end',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        globalPolicy(
          `{ namespaceSelector: has(projectcalico.org/name), types: [Ingress], ingress: [{ action: Deny, source: { nets: [192.0.2.0/24] } }, { action: Pass }] }`,
          'p',
        ),
    ],
    [
      'another policy of the tier that allows',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        globalPolicy(
          `{ namespaceSelector: has(projectcalico.org/name), types: [Ingress], ingress: [{ action: Deny, source: { nets: [192.0.2.0/24] } }] }`,
          'p',
        ) +
        globalPolicy(
          `{ namespaceSelector: has(projectcalico.org/name), types: [Ingress], ingress: [{ action: Allow }] }`,
          'q',
        ),
    ],
    [
      'a NetworkPolicy that allows',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        globalPolicy(
          `{ namespaceSelector: has(projectcalico.org/name), types: [Ingress], ingress: [{ action: Deny, source: { nets: [192.0.2.0/24] } }] }`,
          'p',
        ) +
        networkPolicy(`{ podSelector: {}, policyTypes: [Ingress], ingress: [{}] }`, 'shop', 'p'),
    ],
    [
      'a policy that is to deny all',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        globalPolicy(
          `{ namespaceSelector: has(projectcalico.org/name), types: [Ingress], ingress: [] }`,
          'p',
        ),
    ],
    [
      'a tier that ends in Pass',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        `---\n{ apiVersion: projectcalico.org/v3, kind: Tier, metadata: { name: t }, spec: { order: 1, defaultAction: Pass } }\n` +
        globalPolicy(
          `{ namespaceSelector: has(projectcalico.org/name), tier: t, types: [Ingress], ingress: [{ action: Deny, source: { nets: [192.0.2.0/24] } }] }`,
          't.p',
        ),
    ],
    [
      'pods that are not in the input',
      globalPolicy(
        `{ namespaceSelector: has(projectcalico.org/name), types: [Ingress], ingress: [{ action: Deny, source: { nets: [192.0.2.0/24] } }] }`,
        'p',
      ),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(calicoDenyOnlyPolicy, yaml)).toEqual([]);
  });
});
