import type { CniProfileName } from '../../src/reachability/reachability';
import { gnp, netpol, object, pod, podWithPorts, World } from './world';

/** What docs/cni-differences.md shows with packets: engines that do not follow the texts of the APIs. */
describe('a network plugin', () => {
  const PLUGINS = ['kubernetes', 'calico', 'kube-network-policies'] as const;
  const client = pod('shop', 'client', 'app: client');
  const answers = (cluster: string, connection: string): string[] =>
    PLUGINS.map((cni) => new World(cluster, { cni }).ask('shop/client', 'shop/server', connection));
  const admin = (spec: string): string =>
    object(
      'policy.networking.k8s.io/v1alpha1',
      'AdminNetworkPolicy',
      'a',
      `priority: 1, subject: { namespaces: {} }, ${spec}`,
    );

  describe('and a namedPort of an AdminNetworkPolicy (network-policy-api: the port of that name)', () => {
    const denied = admin(
      'ingress: [{ action: Deny, from: [{ namespaces: {} }], ports: [{ namedPort: http }] }]',
    );
    const declaring = podWithPorts('shop', 'server', '{ name: http, containerPort: 8080 }');
    const other = podWithPorts('shop', 'server', '{ name: dns, containerPort: 53, protocol: UDP }');

    it('is the port itself to all of them', () => {
      expect(answers(client + declaring + denied, 'TCP 8080')).toEqual(['deny', 'deny', 'deny']);
    });

    it('is every port of a pod that declares it to kube-network-policies 1.1.1, and to Calico 3.31', () => {
      expect(answers(client + declaring + denied, 'UDP 53')).toEqual(['allow', 'deny', 'deny']);
    });

    it('is every port of every pod to Calico 3.31', () => {
      expect(answers(client + other + denied, 'UDP 53')).toEqual(['allow', 'deny', 'allow']);
    });

    it('leaves a ClusterNetworkPolicy as it is', () => {
      const policy = object(
        'policy.networking.k8s.io/v1alpha2',
        'ClusterNetworkPolicy',
        'c',
        'tier: Admin, priority: 1, subject: { namespaces: {} }, ' +
          'ingress: [{ action: Deny, from: [{ namespaces: {} }], protocols: [{ destinationNamedPort: http }] }]',
      );
      expect(answers(client + declaring + policy, 'UDP 53')).toEqual(['allow', 'allow', 'allow']);
    });
  });

  describe('and a `namespaces` peer (network-policy-api: the pods of the namespaces)', () => {
    const OUTSIDE = '203.0.113.9';
    const LABELS =
      '---\n{ apiVersion: v1, kind: Namespace, metadata: { name: shop, labels: { env: prod } } }\n';
    const set = (kind: 'NetworkSet' | 'GlobalNetworkSet', namespace = 'shop'): string =>
      object(
        'projectcalico.org/v3',
        kind,
        's',
        `nets: [${OUTSIDE}/32]`,
        kind === 'NetworkSet' ? `namespace: ${namespace}` : '',
      );
    const asked = (cluster: string, from = 'shop/client', to = OUTSIDE): string[] =>
      PLUGINS.map((cni) => new World(LABELS + client + cluster, { cni }).ask(from, to));
    const to = (namespaces: string, action = 'Deny'): string =>
      admin(`egress: [{ action: ${action}, to: [{ namespaces: ${namespaces} }] }]`);

    it('is the NetworkSets of the namespaces too to Calico 3.31 (combinePortsWithANPEgressPeers)', () => {
      expect(asked(to('{}') + set('NetworkSet'))).toEqual(['allow', 'deny', 'allow']);
      expect(asked(to('{}'))).toEqual(['allow', 'allow', 'allow']);
      expect(asked(to('{ matchLabels: { env: prod } }') + set('NetworkSet'))[1]).toBe('deny');
      expect(asked(to('{ matchLabels: { env: dev } }') + set('NetworkSet'))[1]).toBe('allow');
      expect(asked(to('{ matchLabels: { env: prod } }') + set('NetworkSet', 'other'))[1]).toBe('allow');
    });

    it('lets the blocks of a set in where the rule allows (combinePortsWithANPIngressPeers)', () => {
      const closed = netpol('shop', 'p', 'podSelector: {}');
      const allowed = admin('ingress: [{ action: Allow, from: [{ namespaces: {} }] }]');
      expect(asked(closed + allowed + set('NetworkSet'), OUTSIDE, 'shop/client')).toEqual([
        'deny',
        'allow',
        'deny',
      ]);
    });

    it('is the GlobalNetworkSets as well where it asks for no label that must be there (getEndpointSelector)', () => {
      const not = 'matchExpressions: [{ key: env, operator: NotIn, values: [dev] }]';
      const lacking = 'matchExpressions: [{ key: team, operator: DoesNotExist }]';
      const there = 'matchExpressions: [{ key: env, operator: Exists }]';
      expect(
        ['{}', `{ ${not} }`, `{ ${lacking} }`, `{ ${there} }`].map(
          (namespaces) => asked(to(namespaces) + set('GlobalNetworkSet'))[1],
        ),
      ).toEqual(['allow', 'deny', 'deny', 'allow']);
    });

    it('is pods to all where it is written as pods', () => {
      const pods = admin(
        'egress: [{ action: Deny, to: [{ pods: { namespaceSelector: {}, podSelector: {} } }] }]',
      );
      expect(asked(pods + set('NetworkSet'))).toEqual(['allow', 'allow', 'allow']);
    });

    it('is told with a finding', () => {
      const ids = (policy: string, cni: CniProfileName): string[] =>
        new World(LABELS + client + policy + set('NetworkSet'), { cni }).findingIds;
      expect(ids(to('{}'), 'calico')).toContain('network-sets-meant');
      expect(ids(to('{}'), 'calico-nftables')).toContain('network-sets-meant');
      expect(ids(to('{}'), 'kubernetes')).not.toContain('network-sets-meant');
      expect(ids(to('{ matchLabels: { env: dev } }'), 'calico')).not.toContain('network-sets-meant');
    });

    it('leaves it open with a ClusterNetworkPolicy, whose converter is of Calico 3.32', () => {
      const policy = object(
        'policy.networking.k8s.io/v1alpha2',
        'ClusterNetworkPolicy',
        'c',
        'tier: Admin, priority: 1, subject: { namespaces: {} }, egress: [{ action: Deny, to: [{ namespaces: {} }] }]',
      );
      expect(asked(policy + set('NetworkSet'))).toEqual(['allow', 'unknown', 'allow']);
      const world = new World(LABELS + client + policy + set('NetworkSet'), { cni: 'calico' });
      expect(world.findingIds).toContain('network-sets-open');
    });
  });

  describe('and tunnel packets from pods (endpointIptablesChain of felix/rules/endpoints.go; calico-policy-model 5.4)', () => {
    const cluster =
      client + pod('shop', 'server', 'app: server') + pod('shop', 'host', '', 'hostNetwork: true');

    it.each(['UDP 4789', '4 0'])('are dropped by Calico: %s', (connection) => {
      expect(answers(cluster, connection)).toEqual(['allow', 'deny', 'allow']);
      const open = gnp(
        'g',
        'types: [Ingress, Egress], ingress: [{ action: Allow }], egress: [{ action: Allow }]',
      );
      expect(new World(cluster + open).ask('shop/client', '203.0.113.9', connection)).toBe('deny');
    });

    it.each(['UDP 4790', 'TCP 4789', '47 0'])('are not these: %s', (connection) => {
      expect(answers(cluster, connection)).toEqual(['allow', 'allow', 'allow']);
    });

    it.each([
      ['', ['deny', 'allow', 'deny']],
      ['allowVXLANPacketsFromWorkloads: true', ['allow', 'allow', 'deny']],
      ['allowIPIPPacketsFromWorkloads: true', ['deny', 'allow', 'allow']],
      ['vxlanPort: 8472', ['allow', 'deny', 'deny']],
      ['bpfEnabled: true', ['allow', 'allow', 'deny']],
    ])('are those that the FelixConfiguration says: { %s }', (spec, expected) => {
      const felix = object('projectcalico.org/v3', 'FelixConfiguration', 'default', spec);
      const world = new World(cluster + felix);
      const asked = ['UDP 4789', 'UDP 8472', '4 0'].map((connection) =>
        world.ask('shop/client', 'shop/server', connection),
      );
      expect(asked).toEqual(expected);
      const kubernetes = new World(cluster + felix, { cni: 'kubernetes' });
      expect(kubernetes.ask('shop/client', 'shop/server', 'UDP 4789')).toBe('allow');
    });

    it('go from hosts, and into pods', () => {
      const world = new World(cluster, { cni: 'calico' });
      expect(world.ask('shop/host', 'shop/server', 'UDP 4789')).toBe('allow');
      expect(world.ask('203.0.113.9', 'shop/server', '4 0')).toBe('allow');
    });
  });

  describe('and a rule with nodes or domainNames (network-policy-api: these and nothing else)', () => {
    const cluster = client + pod('shop', 'server', 'app: server');
    const asked = (rules: string, to = 'shop/server', connection = 'TCP 80'): string[] =>
      PLUGINS.map((cni) =>
        new World(cluster + admin(`egress: [${rules}]`), { cni }).ask('shop/client', to, connection),
      );

    const denied = '{ action: Deny, to: [{ namespaces: {} }] }';

    it('is of a policy that Calico 3.31 leaves out, with all its rules (kubeadminnetworkpolicy.go, List)', () => {
      expect(asked(denied)).toEqual(['deny', 'deny', 'deny']);
      for (const rule of [
        '{ action: Allow, to: [{ nodes: {} }] }',
        '{ action: Deny, to: [{ nodes: { matchLabels: { a: b } } }] }',
        '{ action: Allow, to: [{ domainNames: [example.org] }] }',
      ])
        expect(asked(`${denied}, ${rule}`)).toEqual(['deny', 'allow', 'deny']);
      expect(asked('{ action: Deny, to: [{ nodes: {} }] }', '203.0.113.9')[1]).toBe('allow');
    });

    it('is of a baseline that Calico 3.31 leaves out (kubebaselineadminnetworkpolicy.go, List)', () => {
      const baseline = object(
        'policy.networking.k8s.io/v1alpha1',
        'BaselineAdminNetworkPolicy',
        'default',
        `subject: { namespaces: {} }, egress: [${denied}, { action: Deny, to: [{ nodes: {} }] }]`,
      );
      expect(answers(cluster + baseline, 'TCP 80')).toEqual(['deny', 'allow', 'deny']);
    });

    it('means the pods of the nodes to kube-network-policies 1.1.1 (evaluateAdminEgress)', () => {
      expect(asked('{ action: Deny, to: [{ nodes: {} }] }')).toEqual(['allow', 'allow', 'deny']);
      const some = '{ action: Deny, to: [{ nodes: { matchLabels: { a: b } } }] }';
      expect(asked(some)).toEqual(['allow', 'allow', 'unknown']);
      expect(asked(some, '203.0.113.9')).toEqual(['unknown', 'allow', 'allow']);
    });

    it('leaves every rule of a ClusterNetworkPolicy open with Calico, whose version 3.32 may read it (calico-policy-model 5.1)', () => {
      const policy = (rules: string): string =>
        object(
          'policy.networking.k8s.io/v1alpha2',
          'ClusterNetworkPolicy',
          'c',
          `tier: Admin, priority: 1, subject: { namespaces: {} }, egress: [${rules}]`,
        );
      const nodes = '{ action: Accept, to: [{ nodes: {} }] }';
      expect(answers(cluster + policy(`${denied}, ${nodes}`), 'TCP 80')).toEqual(['deny', 'unknown', 'deny']);
      expect(answers(cluster + policy(nodes), 'TCP 80')).toEqual(['allow', 'allow', 'allow']);
      const closed = policy('{ action: Pass, to: [{ nodes: {} }] }');
      expect(answers(cluster + closed, 'TCP 80')).toEqual(['allow', 'unknown', 'allow']);
      expect(new World(cluster + closed, { cni: 'calico' }).findingIds).toContain('policy-reading-open');
    });

    it('is told with a finding', () => {
      const ids = (cni: CniProfileName): string[] =>
        new World(cluster + admin('egress: [{ action: Deny, to: [{ nodes: {} }] }]'), { cni }).findingIds;
      expect(ids('calico')).toContain('policy-not-read');
      expect(ids('calico')).not.toContain('nodes-open');
      expect(ids('kubernetes')).toContain('nodes-open');
      expect(ids('kubernetes')).not.toContain('policy-not-read');
    });

    it('is told for what it means: nodes, or the pods on them (kube-network-policies 1.1.1, evaluateAdminEgress)', () => {
      const nodes = (cni: CniProfileName, policy: string): string[] =>
        new World(cluster + policy, { cni }).reachability.findings
          .filter(({ id }) => /^node(s|-pods)-open$/.test(id))
          .map(({ id, message }) => `${id}: ${message}`);
      const some = '{ nodes: { matchLabels: { role: edge } } }';
      const denying = admin(`egress: [{ action: Deny, to: [${some}] }]`);
      const pods = [expect.stringMatching(/^node-pods-open: .* Connections to pods that hang on it/)];
      const hosts = [expect.stringMatching(/^nodes-open: .* Connections to workloads on the host network/)];
      expect(nodes('kube-network-policies', denying)).toEqual(pods);
      expect(nodes('kubernetes', denying)).toEqual(hosts);
      expect(nodes('calico', denying)).toEqual([]);
      expect(nodes('calico-nftables', denying)).toEqual([]);
      // All nodes have all pods between them: nothing is open.
      expect(
        nodes('kube-network-policies', admin('egress: [{ action: Deny, to: [{ nodes: {} }] }]')),
      ).toEqual([]);
      const wide = object(
        'policy.networking.k8s.io/v1alpha2',
        'ClusterNetworkPolicy',
        'c',
        `tier: Admin, priority: 1, subject: { namespaces: {} }, egress: [{ action: Deny, to: [${some}] }]`,
      );
      expect(nodes('kube-network-policies', wide)).toEqual(hosts);
      expect(nodes('kubernetes', wide)).toEqual(hosts);
      expect(nodes('calico', wide)).toEqual([]);
    });
  });

  describe('and a baseline policy (network-policy-semantics 2.2: asked unless a NetworkPolicy isolates)', () => {
    const server = pod('shop', 'server', 'app: server');
    const baseline = object(
      'policy.networking.k8s.io/v1alpha1',
      'BaselineAdminNetworkPolicy',
      'default',
      'subject: { namespaces: {} }, ingress: [{ action: Deny, from: [{ namespaces: {} }] }]',
    );
    const egressOnly = netpol(
      'shop',
      'p',
      'podSelector: { matchLabels: { app: server } }, policyTypes: [Egress]',
    );

    it('asks it about a pod that no NetworkPolicy selects', () => {
      expect(answers(client + server + baseline, 'TCP 80')).toEqual(['deny', 'deny', 'deny']);
    });

    it('asks it about one that is selected for the other direction, but for kube-network-policies 1.1.1', () => {
      expect(answers(client + server + baseline + egressOnly, 'TCP 80')).toEqual(['deny', 'deny', 'allow']);
    });

    it('does not count that NetworkPolicy as isolating in that direction', () => {
      const isolating = (cni: CniProfileName): string[] =>
        new World(client + server + baseline + egressOnly, { cni }).isolatedBy('shop/server', 'ingress');
      expect(isolating('kube-network-policies')).toEqual([]);
      expect(isolating('kubernetes')).toEqual([]);
    });
  });

  it('takes whoever has the address of an ended pod for it: kube-network-policies 1.1.1, which a finding says', () => {
    const job = (name: string, ip: string, phase: string): string =>
      `---\n{ apiVersion: v1, kind: Pod, metadata: { namespace: shop, name: ${name} }, spec: { containers: [{ name: main, image: x }] }, status: { phase: ${phase}, podIPs: [{ ip: ${ip} }] } }\n`;
    const closed = netpol('shop', 'p', 'podSelector: {}');
    const ended = job('job', '10.244.1.9', 'Succeeded');
    const said = (cluster: string, cni: CniProfileName): boolean =>
      new World(cluster, { cni }).findingIds.includes('ended-pods-kept');
    expect(PLUGINS.map((cni) => said(closed + ended, cni))).toEqual([false, false, true]);
    expect(said(ended, 'kube-network-policies')).toBe(false);
    // A pod that runs is found before one that has ended (LookupPod of pkg/podinfo).
    expect(said(closed + ended + job('next', '10.244.1.9', 'Running'), 'kube-network-policies')).toBe(false);
  });

  it('looks port names up at sidecars, but for kube-network-policies 1.1.1 (network-policy-semantics 2.1 item 9)', () => {
    const sidecar =
      'initContainers: [{ name: proxy, image: registry.example/app:1, restartPolicy: Always, ports: [{ name: proxy, containerPort: 7001 }] }]';
    const cluster =
      client +
      pod('shop', 'server', 'app: server', sidecar) +
      netpol(
        'shop',
        'p',
        'podSelector: { matchLabels: { app: server } }, ingress: [{ ports: [{ port: proxy }] }]',
      );
    expect(answers(cluster, 'TCP 7001')).toEqual(['allow', 'allow', 'deny']);
  });
});
