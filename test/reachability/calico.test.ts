import { calicoNp, cidrs, gnp, netpol, object, pod, podWithPorts, tier, World } from './world';

const SELECT_B = `selector: 'app == "b"'`;
const pods = pod('app', 'a', 'app: a') + pod('app', 'b', 'app: b') + pod('other', 'c', 'app: c');
const into = (rules: string, rest = ''): string =>
  `${SELECT_B}, types: [Ingress], ingress: [${rules}]${rest === '' ? '' : `, ${rest}`}`;

describe('the order of policies (calico-policy-model 5.2)', () => {
  it('asks tiers by order, then by name', () => {
    const two = (a: number, b: number): World =>
      new World(
        pods +
          tier('t1', a) +
          tier('t2', b) +
          gnp('x', into('{ action: Allow }', 'tier: t1')) +
          gnp('y', into('{ action: Deny }', 'tier: t2')),
      );
    expect([two(1, 2), two(2, 1), two(3, 3)].map((world) => world.ask('app/a', 'app/b'))).toEqual([
      'allow',
      'deny',
      'allow',
    ]);
  });

  it('asks policies of a tier by order, those without last', () => {
    const two = (a: string, b: string): string =>
      new World(pods + gnp('x', into('{ action: Allow }', a)) + gnp('y', into('{ action: Deny }', b))).ask(
        'app/a',
        'app/b',
      );
    expect([
      two('order: 1', 'order: 2'),
      two('order: 2', 'order: 1'),
      two('performanceHints: []', 'order: 9'),
    ]).toEqual(['allow', 'deny', 'deny']);
  });

  it('breaks ties by name/namespace/kind', () => {
    const same =
      gnp('b', into('{ action: Deny }', 'order: 5')) + gnp('a', into('{ action: Allow }', 'order: 5'));
    expect(new World(pods + same).ask('app/a', 'app/b')).toBe('allow');
    const np =
      calicoNp('app', 'x', into('{ action: Deny }', 'order: 5')) +
      gnp('x', into('{ action: Allow }', 'order: 5'));
    // "x//GlobalNetworkPolicy" before "x/app/NetworkPolicy".
    expect(new World(pods + np).ask('app/a', 'app/b')).toBe('allow');
  });

  it('has Kubernetes policies at order 1000 of the default tier', () => {
    const allow = netpol('app', 'np', 'podSelector: {}, ingress: [{}]');
    const deny = (order: number): string => gnp('x', into('{ action: Deny }', `order: ${order}`));
    expect(new World(pods + allow + deny(999)).ask('app/a', 'app/b')).toBe('deny');
    expect(new World(pods + allow + deny(1001)).ask('app/a', 'app/b')).toBe('allow');
  });

  it('asks a tier that is not there last, with a deny at its end (2.6)', () => {
    const lost = gnp('x', into('{ action: Allow, protocol: UDP }', 'tier: nowhere'));
    const world = new World(pods + lost);
    expect([world.ask('app/a', 'app/b'), world.ask('app/a', 'app/b', 'UDP 1')]).toEqual(['deny', 'allow']);
    const before = tier('late', 99_000_000) + gnp('y', into('{ action: Allow }', 'tier: late'));
    expect(new World(pods + lost + before).ask('app/a', 'app/b')).toBe('allow');
  });
});

describe('the verdict of one end (calico-policy-model 5.3)', () => {
  it('denies at the end of a tier with a policy for the end in that direction, and skips a tier without', () => {
    const world = new World(pods + gnp('x', into('{ action: Allow, protocol: UDP }')));
    expect([world.ask('app/a', 'app/b'), world.ask('app/a', 'app/b', 'UDP 1')]).toEqual(['deny', 'allow']);
    expect([world.ask('app/b', 'app/a'), world.ask('app/b', 'other/c')]).toEqual(['allow', 'allow']);
  });

  it('goes on after a tier whose end action is Pass', () => {
    const world = new World(
      pods + tier('t', 1, 'Pass') + gnp('x', into('{ action: Deny, protocol: UDP }', 'tier: t')),
    );
    expect([world.ask('app/a', 'app/b'), world.ask('app/a', 'app/b', 'UDP 1')]).toEqual(['allow', 'deny']);
    expect(world.isolatedBy('app/b', 'ingress')).toEqual([]);
  });

  it('Pass goes to the next tier, past later policies of its own', () => {
    const passing =
      gnp('x', into('{ action: Pass }', 'tier: t, order: 1')) +
      gnp('y', into('{ action: Deny }', 'tier: t, order: 2'));
    expect(new World(pods + tier('t', 1) + passing).ask('app/a', 'app/b')).toBe('allow');
    const denied = passing + netpol('app', 'np', 'podSelector: {}');
    expect(new World(pods + tier('t', 1) + denied).ask('app/a', 'app/b')).toBe('deny');
  });

  it('Pass in the last tier falls to the profile, which allows pods', () => {
    expect(new World(pods + gnp('x', into('{ action: Pass }'))).ask('app/a', 'app/b')).toBe('allow');
  });

  it('Log decides nothing', () => {
    expect(new World(pods + gnp('x', into('{ action: Log }, { action: Allow }'))).ask('app/a', 'app/b')).toBe(
      'allow',
    );
    expect(new World(pods + gnp('x', into('{ action: Log }'))).ask('app/a', 'app/b')).toBe('deny');
  });

  it('an Allow of the default tier widens what a Kubernetes policy isolates, before or behind it', () => {
    const np = netpol('app', 'np', 'podSelector: {}');
    for (const order of [1, 5000]) {
      expect(
        new World(pods + np + gnp('x', into('{ action: Allow }', `order: ${order}`))).ask('app/a', 'app/b'),
      ).toBe('allow');
    }
  });

  it('an Allow of an earlier tier is final', () => {
    const world = new World(
      pods +
        tier('t', 1) +
        gnp('x', into('{ action: Allow }', 'tier: t')) +
        netpol('app', 'np', 'podSelector: {}'),
    );
    expect(world.ask('app/a', 'app/b')).toBe('allow');
  });

  it('explains by the first rule that matches', () => {
    const world = new World(
      pods +
        gnp('x', into('{ action: Allow, protocol: UDP }, { action: Deny }', 'order: 1')) +
        gnp('y', into('{ action: Allow }', 'order: 2')),
    );
    const { verdict, ingress } = world.reachability.explain(world.peer('app/a'), world.peer('app/b'), 6, 80);
    expect([
      verdict,
      ingress.decidedBy.map(({ policy, rule, action }) => [policy.name, rule, action]),
    ]).toEqual(['deny', [['x', 1, 'deny']]]);
  });
});

describe('staged policies (calico-policy-model 5.7)', () => {
  const staged = object('projectcalico.org/v3', 'StagedGlobalNetworkPolicy', 'x', into('{ action: Deny }'));

  it('change no verdict, and a tier with staged policies only is skipped', () => {
    expect(new World(pods + staged).ask('app/a', 'app/b')).toBe('allow');
  });

  it('are evaluated in a what-if, in place of the enforced policy of their name', () => {
    const enforced = gnp('x', into('{ action: Allow }'));
    expect(new World(pods + staged, { staged: true }).ask('app/a', 'app/b')).toBe('deny');
    expect(new World(pods + staged + enforced, { staged: true }).ask('app/a', 'app/b')).toBe('deny');
    expect(new World(pods + staged + enforced).ask('app/a', 'app/b')).toBe('allow');
  });

  it('with Delete take the enforced policy away', () => {
    const gone = object('projectcalico.org/v3', 'StagedGlobalNetworkPolicy', 'x', 'stagedAction: Delete');
    expect(
      new World(pods + gone + gnp('x', into('{ action: Deny }')), { staged: true }).ask('app/a', 'app/b'),
    ).toBe('allow');
  });
});

describe('who stands in a rule (calico-policy-model 4.3)', () => {
  const askAll = (world: World): string[] =>
    ['app/a', 'other/c', '1.2.3.4', '203.0.113.7'].map((peer) => world.ask(peer, 'app/b'));
  const source = (criteria: string): string => into(`{ action: Allow, source: { ${criteria} } }`);

  it.each<[string, 'GNP' | 'NP', string, string[]]>([
    ['no criteria: everybody', 'NP', '', ['allow', 'allow', 'allow', 'allow']],
    [
      'a selector in a namespaced policy stays in its namespace',
      'NP',
      'selector: all()',
      ['allow', 'deny', 'deny', 'deny'],
    ],
    [
      'a selector in a global policy: all known entities',
      'GNP',
      'selector: all()',
      ['allow', 'allow', 'deny', 'allow'],
    ],
    [
      'notSelector alone in a namespaced policy: the rest of its namespace',
      'NP',
      `notSelector: 'app == "a"'`,
      ['deny', 'deny', 'deny', 'deny'],
    ],
    [
      'notSelector alone in a global policy: every other address',
      'GNP',
      `notSelector: 'app == "a"'`,
      ['deny', 'allow', 'allow', 'allow'],
    ],
    [
      'notSelector that a network set meets',
      'GNP',
      'notSelector: has(office)',
      ['allow', 'allow', 'allow', 'deny'],
    ],
    [
      'namespaceSelector all(): every pod',
      'GNP',
      'namespaceSelector: all()',
      ['allow', 'allow', 'deny', 'deny'],
    ],
    [
      'namespaceSelector global(): global network sets',
      'GNP',
      'namespaceSelector: global()',
      ['deny', 'deny', 'deny', 'allow'],
    ],
    [
      'namespaceSelector by name',
      'NP',
      `namespaceSelector: 'projectcalico.org/name == "other"'`,
      ['deny', 'allow', 'deny', 'deny'],
    ],
    [
      'a negative namespaceSelector meets global sets too',
      'GNP',
      `namespaceSelector: 'projectcalico.org/name != "app"'`,
      ['deny', 'allow', 'deny', 'allow'],
    ],
    [
      'the namespace as a label',
      'GNP',
      `selector: 'projectcalico.org/namespace == "other"'`,
      ['deny', 'allow', 'deny', 'deny'],
    ],
    [
      'service accounts by name',
      'GNP',
      'serviceAccounts: { names: [default] }',
      ['allow', 'allow', 'deny', 'deny'],
    ],
    [
      'nets and selector are AND',
      'GNP',
      'nets: [203.0.113.0/29], selector: has(office)',
      ['deny', 'deny', 'deny', 'allow'],
    ],
  ])('%s', (_, kind, criteria, expected) => {
    const set = `---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: { name: office, labels: { office: "yes" } }
spec: { nets: [203.0.113.0/24] }
`;
    const policy = kind === 'GNP' ? gnp('x', source(criteria)) : calicoNp('app', 'x', source(criteria));
    expect(askAll(new World(pods + set + policy))).toEqual(expected);
  });

  it('a pod cannot forge labels of its namespace or service account (4.1)', () => {
    const forger = pod('other', 'f', 'pcns.team: x');
    expect(
      new World(pods + forger + gnp('x', source(`selector: 'pcns.team == "x"'`))).ask('other/f', 'app/b'),
    ).toBe('deny');
  });
});

describe('whom a policy selects (calico-policy-model 4.2 and 4.4)', () => {
  it('leaves out namespaces by a selector with has(), and everything else in', () => {
    const seed = `namespaceSelector: 'has(projectcalico.org/name) && projectcalico.org/name not in {"other"}', types: [Ingress]`;
    const world = new World(pods + gnp('x', seed));
    expect([world.ask('other/c', 'app/b'), world.ask('app/b', 'other/c')]).toEqual(['deny', 'allow']);
  });

  it('selects by labels of the service account', () => {
    const account = `---
apiVersion: v1
kind: ServiceAccount
metadata: { namespace: app, name: special, labels: { role: db } }
`;
    const world = new World(
      pods +
        account +
        pod('app', 's', '', 'serviceAccountName: special') +
        gnp('x', `serviceAccountSelector: 'role == "db"', types: [Ingress]`),
    );
    expect([world.ask('app/a', 'app/s'), world.ask('app/a', 'app/b')]).toEqual(['deny', 'allow']);
  });
});

describe('what a rule matches (calico-policy-model 5.5)', () => {
  const rule = (text: string): World => new World(pods + gnp('x', into(`{ action: Allow, ${text} }`)));

  it('protocol and notProtocol', () => {
    expect(rule('notProtocol: UDP').ask('app/a', 'app/b', 'UDP 1')).toBe('deny');
    expect(rule('notProtocol: UDP').ask('app/a', 'app/b', '47')).toBe('allow');
    expect(rule('protocol: 47').ask('app/a', 'app/b', '47')).toBe('allow');
  });

  it('ports and notPorts together', () => {
    const world = rule('protocol: TCP, destination: { ports: ["80:90"], notPorts: [85] }');
    expect([79, 80, 85, 90, 91].map((port) => world.ask('app/a', 'app/b', `TCP ${port}`))).toEqual([
      'deny',
      'allow',
      'deny',
      'allow',
      'deny',
    ]);
  });

  it('icmp type and code, in IPv4', () => {
    const world = rule('protocol: ICMP, icmp: { type: 8 }');
    expect([world.ask('app/a', 'app/b', 'ICMP 8'), world.ask('app/a', 'app/b', 'ICMP 3')]).toEqual([
      'allow',
      'deny',
    ]);
    expect(world.ask('2001:db8::1', 'app/b', 'ICMP 8')).toBe('deny');
    expect(rule('protocol: ICMP, notICMP: { type: 8 }').ask('app/a', 'app/b', 'ICMP 8')).toBe('deny');
  });

  it('ipVersion', () => {
    const world = rule('ipVersion: 6');
    expect([world.ask('1.2.3.4', 'app/b'), world.ask('2001:db8::1', 'app/b')]).toEqual(['deny', 'allow']);
    expect(world.ask('app/a', 'app/b')).toBe('unknown');
    expect(world.findingIds).toContain('ip-version-open');
  });

  it('nets and notNets of another family never match, and a whole family in notNets neither', () => {
    const not = rule('source: { notNets: [10.0.0.0/8] }');
    expect([
      not.ask('1.2.3.4', 'app/b'),
      not.ask('10.1.1.1', 'app/b'),
      not.ask('2001:db8::1', 'app/b'),
    ]).toEqual(['allow', 'deny', 'deny']);
    expect(rule('source: { nets: [10.0.0.0/8] }').ask('2001:db8::1', 'app/b')).toBe('deny');
  });

  it('named ports, looked up at the destination', () => {
    const server = podWithPorts(
      'app',
      's',
      '{ name: web, containerPort: 8080 }, { name: dns, containerPort: 53, protocol: UDP }',
      'app: s',
    );
    const named = (text: string): World =>
      new World(
        pods +
          server +
          gnp('x', `selector: 'app == "s"', types: [Ingress], ingress: [{ action: Allow, ${text} }]`),
      );
    expect(named('protocol: TCP, destination: { ports: [web] }').ask('app/a', 'app/s', 'TCP 8080')).toBe(
      'allow',
    );
    expect(named('protocol: TCP, destination: { ports: [dns] }').ask('app/a', 'app/s', 'TCP 53')).toBe(
      'deny',
    );
    expect(named('destination: { ports: [dns] }').ask('app/a', 'app/s', 'UDP 53')).toBe('allow');
    const not = named('protocol: TCP, destination: { notPorts: [web] }');
    expect([not.ask('app/a', 'app/s', 'TCP 8080'), not.ask('app/a', 'app/s', 'TCP 8081')]).toEqual([
      'deny',
      'allow',
    ]);
  });

  it('source ports are undecided, and a source port by name needs a source that declares it', () => {
    expect(rule('protocol: TCP, source: { ports: [1024] }').ask('app/a', 'app/b')).toBe('unknown');
    expect(rule('protocol: TCP, source: { ports: [admin] }').ask('app/a', 'app/b')).toBe('deny');
  });

  it('narrows the selected end itself', () => {
    const world = new World(
      pods +
        gnp('x', `types: [Ingress], ingress: [{ action: Allow, destination: { selector: 'app == "b"' } }]`),
    );
    expect([world.ask('other/c', 'app/b'), world.ask('other/c', 'app/a')]).toEqual(['allow', 'deny']);
  });

  const service = (spec: string): string => `---
apiVersion: v1
kind: Service
metadata: { namespace: app, name: svc }
spec: { ${spec} }
`;
  const toService = gnp(
    'x',
    `selector: 'app == "a"', types: [Egress], egress: [{ action: Allow, destination: { services: { namespace: app, name: svc } } }]`,
  );

  it('destination.services is address and target port of the pods behind it', () => {
    const world = new World(
      pods + service('selector: { app: b }, ports: [{ port: 80, targetPort: 8080 }]') + toService,
    );
    expect([
      world.ask('app/a', 'app/b', 'TCP 8080'),
      world.ask('app/a', 'app/b', 'TCP 80'),
      world.ask('app/a', 'other/c', 'TCP 8080'),
    ]).toEqual(['allow', 'deny', 'deny']);
  });

  it('source.services is the pods behind it, ports not looked at', () => {
    const world = new World(
      pods +
        service('selector: { app: a }, ports: [{ port: 80 }]') +
        gnp('x', into('{ action: Allow, source: { services: { namespace: app, name: svc } } }')),
    );
    expect([world.ask('app/a', 'app/b', 'TCP 9'), world.ask('other/c', 'app/b', 'TCP 9')]).toEqual([
      'allow',
      'deny',
    ]);
  });

  it('a Service without known endpoints leaves the verdict open, and says so', () => {
    const world = new World(pods + toService);
    expect(world.ask('app/a', '1.2.3.4')).toBe('unknown');
    expect(world.findingIds).toContain('service-endpoints-open');
  });

  it('http is not looked at, and a finding says so', () => {
    const world = rule('protocol: TCP, http: { methods: [GET] }');
    expect(world.ask('app/a', 'app/b')).toBe('allow');
    expect(world.findingIds).toContain('http-not-enforced');
  });
});

describe('the network plugin', () => {
  it('leaves Calico policies out where it is not Calico, and says so', () => {
    const world = new World(pods + gnp('x', into('{ action: Deny }')), { cni: 'kubernetes' });
    expect(world.ask('app/a', 'app/b')).toBe('allow');
    expect(world.findingIds).toContain('calico-not-enforced');
  });
});

/** calico-policy-model 6.1: the verdict table, row by row (rows 6, 8 and 13 repeat others). */
describe('the seed policy global-deny-ingress', () => {
  const seed = gnp(
    'global-deny-ingress',
    `namespaceSelector: 'has(projectcalico.org/name) && projectcalico.org/name not in {"kube-system", "calico-system", "calico-apiserver", "otterize-system"}', types: [Ingress]`,
  );
  const cluster =
    pod('app', 'a', 'app: a') +
    pod('app', 'b', 'app: b') +
    pod('kube-system', 'dns', 'k8s-app: kube-dns') +
    pod('calico-apiserver', 'api', '') +
    pod('ingress-nginx', 'nginx', '') +
    pod('kube-system', 'host', '', 'hostNetwork: true');
  const world = new World(cluster + seed);

  it.each([
    ['1 a pod to a pod', 'app/a', 'app/b', 'deny'],
    ['3 and 4 a host, on the same node or another', 'kube-system/host', 'app/b', 'unknown'],
    ['5 the API server to a webhook', '192.168.0.10', 'app/b', 'deny'],
    ['6 the API server to calico-apiserver', '192.168.0.10', 'calico-apiserver/api', 'allow'],
    ['7 the Internet to the ingress controller', '203.0.113.9', 'ingress-nginx/nginx', 'deny'],
    ['9 a pod to CoreDNS', 'app/a', 'kube-system/dns', 'allow'],
    ['10 CoreDNS to a pod', 'kube-system/dns', 'app/b', 'deny'],
    ['12 a pod to a host', 'app/a', 'kube-system/host', 'allow'],
  ])('row %s', (_, from, to, expected) => {
    expect(world.ask(from, to)).toBe(expected);
  });

  it('row 2: a NetworkPolicy that allows still allows', () => {
    const np = netpol(
      'app',
      'np',
      'podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { app: a } } }] }]',
    );
    expect(new World(cluster + seed + np).ask('app/a', 'app/b')).toBe('allow');
  });
});

/** calico-policy-model 6.2: the verdict table. */
describe('the seed policy default-deny-egress', () => {
  const seed = gnp(
    'default-deny-egress',
    `namespaceSelector: 'has(projectcalico.org/name) && projectcalico.org/name not in {"kube-system", "calico-system", "calico-apiserver"}', types: [Egress], egress: [` +
      `{ action: Allow, protocol: UDP, destination: { selector: 'k8s-app == "kube-dns"', ports: ["53"] } }, ` +
      `{ action: Allow, protocol: TCP, destination: { nets: [0.0.0.0/0], ports: ["443"] } }, ` +
      `{ action: Allow, protocol: TCP, destination: { nets: [10.0.0.0/16, 172.20.0.0/16] } }]`,
  );
  const cluster =
    pod('app', 'a', 'app: a') + pod('app', 'b', 'app: b') + pod('kube-system', 'dns', 'k8s-app: kube-dns');
  const overlay = new World(cluster + seed, { podCidrs: cidrs('10.244.0.0/16') });

  it.each([
    ['1 UDP 53 to CoreDNS', 'kube-system/dns', 'UDP 53', 'allow'],
    ['2 TCP 53 to CoreDNS', 'kube-system/dns', 'TCP 53', 'deny'],
    ['3 NodeLocal DNSCache', '169.254.20.10', 'UDP 53', 'deny'],
    ['5 API server on 6443', '192.168.0.10', 'TCP 6443', 'deny'],
    ['7 pod to pod', 'app/b', 'TCP 80', 'deny'],
    ['7 pod to pod on 443', 'app/b', 'TCP 443', 'allow'],
    ['8 UDP pod to pod', 'app/b', 'UDP 80', 'deny'],
    ['9 IPv6', '2001:db8::1', 'TCP 443', 'deny'],
    ['10 the database in the VPC', '10.0.5.5', 'TCP 5432', 'allow'],
    ['11 metadata', '169.254.169.254', 'TCP 80', 'deny'],
    ['12 mail outside', '203.0.113.9', 'TCP 25', 'deny'],
  ])('row %s', (_, to, connection, expected) => {
    expect(overlay.ask('app/a', to, connection)).toBe(expected);
  });

  it('row 6: TCP between pods inside 10.0.0.0/16', () => {
    expect(new World(cluster + seed, { podCidrs: cidrs('10.0.0.0/16') }).ask('app/a', 'app/b')).toBe('allow');
  });

  it('row 14: widens a NetworkPolicy that denies all egress', () => {
    const np = netpol('app', 'np', 'podSelector: {}, policyTypes: [Egress]');
    expect(new World(cluster + seed + np).ask('app/a', '203.0.113.9', 'TCP 443')).toBe('allow');
  });
});
