import { calicoOrderTie } from '../../src/checks/calico-order-tie';
import { checkYaml, globalPolicy, networkPolicy, placesOf, workload } from './check-fixture';

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

  const calicoPolicy = (namespace: string, spec: string, name: string): string =>
    `---\n{ apiVersion: projectcalico.org/v3, kind: NetworkPolicy, metadata: { name: ${name}, namespace: ${namespace} }, spec: ${spec} }\n`;
  const pod = workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' });
  const allow = 'types: [Ingress], order: 1000, ingress: [{ action: Allow }]';
  const deny = 'types: [Ingress], order: 1000, ingress: [{ action: Deny }]';
  const severities = (yaml: string): string[] =>
    checkYaml(yaml, [calicoOrderTie]).map(({ severity }) => severity);

  it('warns where versions of Calico differ: global against namespaced', () => {
    // default.z before shop/default.t up to 3.31; t/shop/NetworkPolicy before z//GlobalNetworkPolicy from 3.32 on.
    const tied =
      pod +
      globalPolicy(`{ namespaceSelector: has(projectcalico.org/name), ${allow} }`, 'z') +
      calicoPolicy('shop', `{ ${deny} }`, 't');
    const [finding] = checkYaml(tied, [calicoOrderTie]);
    expect(finding?.severity).toBe('warning');
    expect(finding?.message).toContain('up to 3.31 asks GlobalNetworkPolicy/z first');
    expect(finding?.message).toContain('from 3.32 on it asks NetworkPolicy/shop/t first');
    // default.a and a//GlobalNetworkPolicy come first in all.
    expect(
      severities(
        pod +
          globalPolicy(`{ namespaceSelector: has(projectcalico.org/name), ${allow} }`, 'a') +
          calicoPolicy('shop', `{ ${deny} }`, 't'),
      ),
    ).toEqual(['info']);
  });

  it('sees that a NetworkPolicy has order 1000 (5.1)', () => {
    const policy = networkPolicy('{ podSelector: {}, ingress: [{}] }');
    expect(
      severities(
        pod + policy + globalPolicy(`{ namespaceSelector: has(projectcalico.org/name), ${deny} }`, 'd'),
      ),
    ).toEqual(['info']);
    expect(
      severities(
        pod + policy + globalPolicy(`{ namespaceSelector: has(projectcalico.org/name), ${deny} }`, 'z'),
      ),
    ).toEqual(['warning']);
    expect(
      severities(
        pod + policy + globalPolicy(`{ namespaceSelector: has(projectcalico.org/name), ${allow} }`, 'z'),
      ),
    ).toEqual([]);
  });
});
