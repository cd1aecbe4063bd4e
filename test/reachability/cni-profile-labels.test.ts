import { netpol, object, pod, World } from './world';

/** What docs/cni-differences.md shows with packets: engines that do not follow the texts of the APIs. */
describe('a network plugin', () => {
  const PLUGINS = ['kubernetes', 'calico', 'kube-network-policies'] as const;

  describe('and labels that Calico sets, in selectors of Kubernetes (k8sSelectorToCalico; calico-policy-model 4.1, 5.1)', () => {
    const robot = (namespace: string, name: string, labels: string): string =>
      pod(namespace, name, labels, 'serviceAccountName: robot');
    const server = robot('shop', 'server', 'app: server');
    const cluster =
      server +
      pod('shop', 'client', 'app: client') +
      robot(
        'other',
        'client',
        'app: client, projectcalico.org/namespace: shop, pcns.env: dev, pcsa.kind: x',
      ) +
      '---\napiVersion: v1\nkind: Namespace\nmetadata: { name: other, labels: { env: prod, projectcalico.org/name: shop } }\n' +
      '---\napiVersion: v1\nkind: ServiceAccount\nmetadata: { name: robot, namespace: other, labels: { kind: bot } }\n';
    const from = (peer: string): string =>
      netpol('shop', 'p', `podSelector: { matchLabels: { app: server } }, ingress: [{ from: [${peer}] }]`);
    const asked = (policies: string, source = 'other/client'): string[] =>
      PLUGINS.map((cni) => new World(cluster + policies, { cni }).ask(source, 'shop/server'));

    it.each([
      [
        'projectcalico.org/name of a namespace',
        '{ namespaceSelector: { matchLabels: { projectcalico.org/name: other } } }',
      ],
      [
        'projectcalico.org/name with NotIn',
        '{ namespaceSelector: { matchExpressions: [{ key: projectcalico.org/name, operator: NotIn, values: [shop] }] } }',
      ],
      [
        'projectcalico.org/serviceaccount',
        '{ namespaceSelector: {}, podSelector: { matchLabels: { projectcalico.org/serviceaccount: robot } } }',
      ],
      [
        'projectcalico.org/orchestrator',
        '{ namespaceSelector: {}, podSelector: { matchExpressions: [{ key: projectcalico.org/orchestrator, operator: Exists }] } }',
      ],
      [
        'projectcalico.org/namespace, whatever the pod says',
        '{ namespaceSelector: {}, podSelector: { matchLabels: { projectcalico.org/namespace: other } } }',
      ],
      [
        'a label of the namespace under pcns., whatever the pod says',
        '{ namespaceSelector: {}, podSelector: { matchLabels: { pcns.env: prod } } }',
      ],
      [
        'a label of the service account under pcsa., whatever the pod says',
        '{ namespaceSelector: {}, podSelector: { matchLabels: { pcsa.kind: bot } } }',
      ],
    ])('lets in by %s with Calico only', (_, peer) => {
      expect(asked(from(peer))).toEqual(['deny', 'allow', 'deny']);
    });

    it.each([
      [
        'projectcalico.org/namespace',
        '{ namespaceSelector: {}, podSelector: { matchLabels: { projectcalico.org/namespace: shop } } }',
      ],
      ['pcns.', '{ namespaceSelector: {}, podSelector: { matchLabels: { pcns.env: dev } } }'],
      ['pcsa.', '{ namespaceSelector: {}, podSelector: { matchLabels: { pcsa.kind: x } } }'],
      [
        'projectcalico.org/name of a namespace',
        '{ namespaceSelector: { matchLabels: { projectcalico.org/name: shop } } }',
      ],
    ])('does not let in with Calico by a claim to %s', (_, peer) => {
      expect(asked(from(peer))).toEqual(['allow', 'deny', 'allow']);
    });

    it('selects pods for a NetworkPolicy and for an AdminNetworkPolicy', () => {
      const isolated = netpol(
        'shop',
        'p',
        'podSelector: { matchLabels: { projectcalico.org/serviceaccount: robot } }, policyTypes: [Ingress]',
      );
      expect(asked(isolated)).toEqual(['allow', 'deny', 'allow']);
      const bySubject = object(
        'policy.networking.k8s.io/v1alpha1',
        'AdminNetworkPolicy',
        'a',
        'priority: 1, subject: { namespaces: { matchLabels: { projectcalico.org/name: shop } } }, ' +
          'ingress: [{ action: Deny, from: [{ pods: { namespaceSelector: {}, podSelector: { matchLabels: { pcns.env: prod } } } }] }]',
      );
      expect(asked(bySubject)).toEqual(['allow', 'deny', 'allow']);
    });

    it('leaves the selectors of Services as they are, which are not of Calico', () => {
      const service = object(
        'v1',
        'Service',
        's',
        'selector: { projectcalico.org/namespace: shop }, ports: [{ port: 80 }]',
        'namespace: other',
      );
      const allowing = object(
        'projectcalico.org/v3',
        'NetworkPolicy',
        'p',
        "selector: app == 'server', types: [Ingress], ingress: [{ action: Allow, source: { services: { name: s, namespace: other } } }]",
        'namespace: shop',
      );
      expect(asked(service + allowing)[1]).toBe('allow');
      expect(asked(service + allowing, 'shop/client')[1]).toBe('deny');
    });

    describe('on a network set, which is then met as a pod', () => {
      const set = (labels: string, kind = 'NetworkSet', namespace = 'shop'): string =>
        object(
          'projectcalico.org/v3',
          kind,
          's',
          'nets: [203.0.113.0/24]',
          `labels: { ${labels} }${kind === 'NetworkSet' ? `, namespace: ${namespace}` : ''}`,
        );
      const posing = 'app: partner, projectcalico.org/orchestrator: k8s';
      const partner = from('{ podSelector: { matchLabels: { app: partner } } }');
      const outside = (policies: string): string => asked(policies, '203.0.113.5')[1] ?? '';

      it('by its labels, in its namespace', () => {
        expect(asked(partner + set(posing), '203.0.113.5')).toEqual(['deny', 'allow', 'deny']);
        expect(outside(partner + set('app: partner'))).toBe('deny');
        expect(outside(partner + set('app: partner, projectcalico.org/orchestrator: nomad'))).toBe('deny');
        expect(outside(partner + set(posing, 'NetworkSet', 'other'))).toBe('deny');
        expect(outside(partner + set(posing, 'GlobalNetworkSet'))).toBe('deny');
      });

      it('of namespaces that are selected, the global ones where no label must be there', () => {
        const anywhere = from('{ namespaceSelector: {}, podSelector: { matchLabels: { app: partner } } }');
        const notProd = from(
          '{ namespaceSelector: { matchExpressions: [{ key: env, operator: NotIn, values: [prod] }] } }',
        );
        expect(outside(anywhere + set(posing, 'NetworkSet', 'other'))).toBe('allow');
        expect(outside(anywhere + set(posing, 'GlobalNetworkSet'))).toBe('deny');
        expect(outside(notProd + set(posing, 'GlobalNetworkSet'))).toBe('allow');
        expect(outside(notProd + set(posing, 'NetworkSet', 'other'))).toBe('deny');
      });

      it('by a pods peer of an AdminNetworkPolicy', () => {
        const denied = object(
          'policy.networking.k8s.io/v1alpha1',
          'AdminNetworkPolicy',
          'a',
          'priority: 1, subject: { namespaces: {} }, ' +
            'ingress: [{ action: Deny, from: [{ pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: partner } } } }] }]',
        );
        expect(asked(denied + set(posing), '203.0.113.5')).toEqual(['allow', 'deny', 'allow']);
      });
    });
  });
});
