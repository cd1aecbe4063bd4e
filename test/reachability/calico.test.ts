import { calicoNp, gnp, netpol, object, pod, tier, World } from './world';

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

  describe('equal orders', () => {
    const tied = (first: string, second: string): string =>
      gnp(first, into('{ action: Allow }', 'order: 5')) +
      (second.includes('/')
        ? calicoNp('app', second.slice(4), into('{ action: Deny }', 'order: 5'))
        : gnp(second, into('{ action: Deny }', 'order: 5')));
    /** Calico has the kind from 3.32 on; it selects nobody. */
    const since332 =
      '---\n{ apiVersion: policy.networking.k8s.io/v1alpha2, kind: ClusterNetworkPolicy, metadata: { name: idle }, spec: { tier: Admin, priority: 1, subject: { namespaces: { matchLabels: { no: body } } }, ingress: [{ action: Deny, from: [{ namespaces: {} }] }] } }\n';

    it.each([
      // default.a, default.b
      ['a', 'b', 'allow'],
      ['b', 'a', 'deny'],
      // default.z, app/default.a: the namespace counts, not the name.
      ['a', 'app/z', 'deny'],
    ])(
      'are asked by the names Calico keeps up to 3.31 (PolKVLess of felix/calc): %s, %s',
      (one, other, verdict) => {
        expect(new World(pods + tied(one, other)).ask('app/a', 'app/b')).toBe(verdict);
      },
    );

    it.each(['calico', 'calico-nftables'] as const)(
      'are asked by name/namespace/kind from 3.32 on (calico-policy-model 5.2), whose sign is a ClusterNetworkPolicy, with --cni %s',
      (cni) => {
        const asked = (one: string, other: string, rest = since332): string =>
          new World(pods + tied(one, other) + rest, { cni }).ask('app/a', 'app/b');
        expect(asked('a', 'app/z')).toBe('allow');
        // "x//GlobalNetworkPolicy" before "x/app/NetworkPolicy".
        expect(asked('x', 'app/x')).toBe('allow');
        expect(asked('a', 'app/z', '')).toBe('deny');
      },
    );

    it('are so asked as well where nftables cannot hold a rule, which leaves what they deny open', () => {
      const code = gnp(
        'code',
        'selector: app == "nobody", ingress: [{ action: Deny, protocol: ICMP, icmp: { type: 3, code: 1 } }]',
      );
      const asked = (rest: string): string =>
        new World(pods + tied('a', 'app/z') + code + rest, { cni: 'calico-nftables' }).ask('app/a', 'app/b');
      expect([asked(''), asked(since332)]).toEqual(['unknown', 'allow']);
    });

    it('have the tier of a name once, whether it is written or not', () => {
      // default.b, default.c: written in full or not.
      expect(new World(pods + tied('c', 'default.b')).ask('app/a', 'app/b')).toBe('deny');
      expect(new World(pods + tied('default.b', 'c')).ask('app/a', 'app/b')).toBe('allow');
    });
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

  describe('of Kubernetes', () => {
    const stagedKubernetes = (spec: string): string =>
      object('projectcalico.org/v3', 'StagedKubernetesNetworkPolicy', 'np', spec, 'namespace: app');
    const asked = (yaml: string, staged: boolean): string =>
      new World(pods + yaml, { staged }).ask('app/a', 'app/b');
    const closed = netpol('app', 'np', 'podSelector: {}');
    const other = netpol('app', 'other', 'podSelector: {}');

    it('decide in a what-if only, in place of the NetworkPolicy of their name', () => {
      const opening = stagedKubernetes('podSelector: {}, policyTypes: [Ingress], ingress: [{}]');
      const closing = stagedKubernetes('podSelector: {}, policyTypes: [Ingress]');
      expect([asked(closing, false), asked(closing, true)]).toEqual(['allow', 'deny']);
      expect([asked(closed + opening, false), asked(closed + opening, true)]).toEqual(['deny', 'allow']);
    });

    it('with Delete take that NetworkPolicy away, and no other', () => {
      const gone = stagedKubernetes('stagedAction: Delete');
      expect([asked(closed + gone, false), asked(closed + gone, true)]).toEqual(['deny', 'allow']);
      expect(asked(closed + other + gone, true)).toBe('deny');
      // It isolates nobody itself.
      expect(asked(gone, true)).toBe('allow');
    });

    it('with Ignore change nothing', () => {
      const ignored = stagedKubernetes('stagedAction: Ignore, podSelector: {}, policyTypes: [Ingress]');
      expect(asked(ignored, true)).toBe('allow');
      expect(asked(closed + ignored, true)).toBe('deny');
    });
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
