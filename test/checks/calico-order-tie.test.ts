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

  describe('with a third policy between the two', () => {
    const log = 'types: [Ingress], order: 1000, ingress: [{ action: Log }]';
    const none = 'types: [Ingress], order: 1000';
    // Up to 3.31: default.z, shop/default.a, shop/default.b; from 3.32 on a, b, z.
    const three = (between: string): string =>
      pod +
      globalPolicy(`{ namespaceSelector: has(projectcalico.org/name), ${allow} }`, 'z') +
      calicoPolicy('shop', `{ ${between} }`, 'a') +
      calicoPolicy('shop', `{ ${deny} }`, 'b');

    it.each([
      ['that allows too', allow],
      ['that only logs', log],
      ['without rules', none],
    ])('warns of the two that versions ask otherwise: %s', (_, between) => {
      const findings = checkYaml(three(between), [calicoOrderTie]);
      expect(findings.map(({ severity, object }) => [severity, object])).toEqual([
        ['warning', 'NetworkPolicy/shop/b'],
      ]);
      expect(findings[0]?.message).toContain('up to 3.31 asks GlobalNetworkPolicy/z first');
    });

    it('warns of it where the one between is opposed too, and of that one for itself', () => {
      const findings = checkYaml(
        three('types: [Ingress], order: 1000, ingress: [{ action: Deny }, { action: Allow }]'),
        [calicoOrderTie],
      );
      expect(findings.map(({ severity, object }) => [severity, object]).sort()).toEqual([
        ['warning', 'NetworkPolicy/shop/a'],
        ['warning', 'NetworkPolicy/shop/b'],
      ]);
    });

    it('is silent where the opposed ones have other orders', () => {
      const apart = three(allow).replaceAll(
        'order: 1000, ingress: [{ action: Deny',
        'order: 9, ingress: [{ action: Deny',
      );
      expect(checkYaml(apart, [calicoOrderTie])).toEqual([]);
    });
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
