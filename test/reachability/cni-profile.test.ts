import { givenCidr } from '../../src/model/given-cidr';
import type { CniProfileName } from '../../src/reachability/reachability';
import { netpol, object, pod, podWithPorts, World } from './world';

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
  });

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

  describe('with a data plane that cannot hold a rule (Calico 3.31, nftables, an ICMP code)', () => {
    const server = pod('shop', 'server', 'app: server');
    const deny = netpol(
      'shop',
      'deny',
      'podSelector: { matchLabels: { app: server } }, ingress: [{ ports: [{ port: 80 }] }]',
    );
    const ping = (kind: string, code: string, namespace?: string): string =>
      object(
        'projectcalico.org/v3',
        kind,
        'ping',
        `selector: "app == 'nobody'", types: [Ingress], ingress: [{ action: Allow, protocol: ICMP, icmp: { type: 8${code} } }]`,
        namespace === undefined ? '' : `namespace: ${namespace}`,
      );
    const said = (policies: string, cni?: CniProfileName): World =>
      new World(client + server + deny + policies, cni === undefined ? {} : { cni });
    const verdicts = (world: World): string[] =>
      ['TCP 80', 'TCP 81'].map((connection) => world.ask('shop/client', 'shop/server', connection));

    it('is sure of nothing that policies deny, and says so', () => {
      const world = said(ping('GlobalNetworkPolicy', ', code: 0'), 'calico-nftables');
      expect(verdicts(world)).toEqual(['allow', 'unknown']);
      expect(world.findingIds).toContain('nftables-fails-open');
    });

    it('is so when one rule of many is such, and names that policy alone', () => {
      const other = object(
        'projectcalico.org/v3',
        'GlobalNetworkPolicy',
        'other',
        `selector: "app == 'nobody'", types: [Ingress], ingress: [{ action: Allow }]`,
      );
      for (const policies of [
        other + ping('GlobalNetworkPolicy', ', code: 0'),
        ping('GlobalNetworkPolicy', ', code: 0') + other,
      ]) {
        const world = said(policies, 'calico-nftables');
        expect(verdicts(world)).toEqual(['allow', 'unknown']);
        const found = world.reachability.findings.filter(({ id }) => id === 'nftables-fails-open');
        expect(found.map(({ message }) => message)).toEqual([
          expect.stringMatching(/^Rules of GlobalNetworkPolicy\/ping name/),
        ]);
      }
    });

    it('leaves egress open as well, and what pods outside of the manifests do', () => {
      const egress = netpol(
        'shop',
        'out',
        'podSelector: { matchLabels: { app: client } }, policyTypes: [Egress]',
      );
      const world = said(ping('NetworkPolicy', ', code: 0', 'elsewhere') + egress, 'calico-nftables');
      expect(verdicts(world)).toEqual(['unknown', 'unknown']);
      const stranger = { type: 'pod', namespace: 'shop', labels: {} } as const;
      expect(world.ask(stranger, 'shop/server', 'TCP 81')).toBe('unknown');
    });

    it.each([
      ['iptables, the default', ping('GlobalNetworkPolicy', ', code: 0'), undefined],
      ['iptables, by its name', ping('GlobalNetworkPolicy', ', code: 0'), 'calico'],
      ['nftables, but a type alone', ping('GlobalNetworkPolicy', ''), 'calico-nftables'],
      ['nftables, but a staged policy', ping('StagedGlobalNetworkPolicy', ', code: 0'), 'calico-nftables'],
    ] as const)('holds with %s', (_, policies, cni) => {
      const world = said(policies, cni);
      expect(verdicts(world)).toEqual(['allow', 'deny']);
      expect(world.findingIds).not.toContain('nftables-fails-open');
    });
  });

  describe('rules that end nft 1.0.6, and Calico with nftables (docs/cni-differences.md)', () => {
    const server = pod('shop', 'server', 'app: server');
    const listed = netpol(
      'shop',
      'p',
      'podSelector: {}, ingress: [{ ports: [{ port: 80 }, { port: 100, endPort: 110 }] }]',
    );
    const rule = object(
      'projectcalico.org/v3',
      'GlobalNetworkPolicy',
      'g',
      'types: [Ingress], ingress: [{ action: Allow, protocol: TCP, destination: { ports: [80, "100:110"] } }]',
    );
    const found = (yaml: string, cni: CniProfileName): string[] =>
      new World(server + yaml, { cni }).reachability.findings
        .filter(({ id }) => id === 'nftables-old-nft')
        .map(({ message }) => message);

    it('are a finding that names the policies, of Kubernetes and of Calico', () => {
      expect(found(listed + rule, 'calico-nftables')).toEqual([
        expect.stringMatching(/^Rules of GlobalNetworkPolicy\/g, NetworkPolicy\/shop\/p have several ports/),
      ]);
    });

    it('are none with iptables, nor where each range has a rule of its own', () => {
      expect(found(listed + rule, 'calico')).toEqual([]);
      const apart = netpol(
        'shop',
        'p',
        'podSelector: {}, ingress: [{ ports: [{ port: 80 }] }, { ports: [{ port: 100, endPort: 110 }] }]',
      );
      expect(found(apart, 'calico-nftables')).toEqual([]);
    });
  });

  describe('sets with overlapping members and Calico with nftables (docs/cni-differences.md)', () => {
    const set = (name: string, ...nets: string[]): string =>
      object('projectcalico.org/v3', 'GlobalNetworkSet', name, `nets: [${nets.join(', ')}]`);
    const rule = (source: string, kind = 'GlobalNetworkPolicy'): string =>
      object(
        'projectcalico.org/v3',
        kind,
        'p',
        `types: [Ingress], ingress: [{ action: Allow, source: { ${source} } }]`,
      );
    const selecting = rule('selector: "a == \'b\'"');
    const ids = (yaml: string, options: ConstructorParameters<typeof World>[1] = {}): readonly string[] =>
      new World(yaml, { cni: 'calico-nftables', ...options }).findingIds;

    it.each([
      ['of two sets', set('s', '10.0.0.0/8') + set('t', '10.1.0.0/16'), {}],
      ['of one, whatever stands between', set('s', '10.1.0.0/16', '10.0.0.0/7', '10.0.0.0/8'), {}],
      ['of a set and pods', set('s', '10.0.0.0/8'), { podCidrs: [givenCidr('10.244.0.0/16', 'podCidrs')] }],
      ['of IPv6', set('s', 'fd00::/8', 'fd00::1/128'), {}],
    ])('are a finding: %s', (_, sets, options) => {
      expect(ids(sets + selecting, options)).toContain('nftables-overlaps');
    });

    it.each([
      ['blocks apart', set('s', '10.0.0.0/9', '10.128.0.0/9'), selecting, {}],
      ['one block twice', set('s', '10.0.0.0/8') + set('t', '10.0.0.0/8'), selecting, {}],
      ['rules that name blocks', set('s', '10.0.0.0/8', '10.1.0.0/16'), rule('nets: [10.0.0.0/8]'), {}],
      [
        'staged policies',
        set('s', '10.0.0.0/8', '10.1.0.0/16'),
        rule('selector: "a == \'b\'"', 'StagedGlobalNetworkPolicy'),
        {},
      ],
      ['iptables', set('s', '10.0.0.0/8', '10.1.0.0/16'), selecting, { cni: 'calico' }],
    ] as const)('are none: %s', (_, sets, policy, options) => {
      expect(ids(sets + policy, options)).not.toContain('nftables-overlaps');
    });
  });
});
