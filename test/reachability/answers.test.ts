import { netpol, pod, World } from './world';

describe('addresses', () => {
  it('are one range for each family where no policy tells them apart', () => {
    const { addresses } = new World(pod('app', 'a') + netpol('app', 'p', 'podSelector: {}')).reachability;
    expect(addresses).toEqual([
      { type: 'addresses', version: 4, first: 0n, last: 0xffffffffn },
      { type: 'addresses', version: 6, first: 0n, last: (1n << 128n) - 1n },
    ]);
  });

  it('are not cut by a policy that selects nothing, nor between blocks that are treated alike', () => {
    const rule = (cidr: string): string => `{ ipBlock: { cidr: ${cidr} } }`;
    const { addresses } = new World(
      pod('app', 'a') +
        netpol(
          'app',
          'p',
          `podSelector: {}, ingress: [{ from: [${rule('10.0.0.0/9')}, ${rule('10.128.0.0/9')}] }]`,
        ) +
        netpol('empty', 'q', `podSelector: {}, ingress: [{ from: [${rule('172.16.0.0/12')}] }]`),
    ).reachability;
    expect(addresses.filter(({ version }) => version === 4).map(({ first }) => first)).toEqual([
      0n,
      10n << 24n,
      11n << 24n,
    ]);
  });

  it('give an open answer for a range with different verdicts', () => {
    const world = new World(
      pod('app', 'a') +
        netpol('app', 'p', 'podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }]'),
    );
    expect(world.ask('10.0.0.0-10.0.0.255', 'app/a')).toBe('allow');
    expect(world.ask('9.0.0.0-10.0.0.0', 'app/a')).toBe('unknown');
    expect(world.ask('9.0.0.0-9.255.255.255', 'app/a')).toBe('deny');
  });
});

describe('pods that are not in the manifests', () => {
  it('are judged by their labels and namespace', () => {
    const world = new World(
      pod('app', 'b', 'app: b') +
        netpol(
          'app',
          'p',
          'podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: x } }, podSelector: { matchLabels: { app: curl } } }] }]',
        ),
    );
    const curl = { type: 'pod', namespace: 'tools', labels: { app: 'curl' } } as const;
    expect(world.ask(curl, 'app/b')).toBe('deny');
    expect(world.ask({ ...curl, namespaceLabels: { team: 'x' } }, 'app/b')).toBe('allow');
    expect(world.ask('1.2.3.4', { type: 'pod', namespace: 'app', labels: {} })).toBe('deny');
    expect(world.ask('1.2.3.4', curl)).toBe('allow');
  });

  it('have a namespace with the label of its name, in the manifests or not (network-policy-semantics 2.1 item 12)', () => {
    const byName = (namespace: string): World =>
      new World(
        pod('app', 'b', 'app: b') +
          netpol(
            'app',
            'p',
            `podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ${namespace} } } }] }]`,
          ),
      );
    const curl = { type: 'pod', namespace: 'tools', labels: {} } as const;
    expect(byName('tools').ask(curl, 'app/b')).toBe('allow');
    expect(byName('tools').ask({ ...curl, namespaceLabels: { team: 'x' } }, 'app/b')).toBe('allow');
    const forged = { ...curl, namespaceLabels: { 'kubernetes.io/metadata.name': 'admin' } };
    expect(byName('admin').ask(forged, 'app/b')).toBe('deny');
  });
});

describe('explain', () => {
  const yaml =
    pod('app', 'a', 'app: a') +
    pod('app', 'b', 'app: b') +
    netpol('app', 'deny', 'podSelector: {}') +
    netpol(
      'app',
      'one',
      'podSelector: { matchLabels: { app: b } }, ingress: [{ ports: [{ port: 81 }] }, { ports: [{ port: 80 }] }]',
    ) +
    netpol('app', 'two', 'podSelector: { matchLabels: { app: b } }, ingress: [{}]');
  const explain = (from: string, to: string): unknown => {
    const world = new World(yaml);
    const { verdict, egress, ingress } = world.reachability.explain(world.peer(from), world.peer(to), 6, 80);
    const say = ({ isolated, decidedBy }: typeof egress): unknown => [
      isolated,
      decidedBy.map(({ policy, rule, action }) => [policy.name, rule, action]),
    ];
    return [verdict, say(egress), say(ingress)];
  };

  it('names every rule of Kubernetes policies that allows', () => {
    expect(explain('app/a', 'app/b')).toEqual([
      'allow',
      [false, []],
      [
        true,
        [
          ['one', 1, 'allow'],
          ['two', 0, 'allow'],
        ],
      ],
    ]);
  });

  it('names the policies that isolate where no rule matches', () => {
    expect(explain('app/b', 'app/a')).toEqual(['deny', [false, []], [true, [['deny', undefined, 'deny']]]]);
  });
});

describe('openings', () => {
  it('name the policies that open the way', () => {
    const world = new World(
      pod('app', 'a', 'app: a') +
        pod('app', 'b', 'app: b') +
        pod('app', 'c', 'app: c') +
        netpol(
          'app',
          'one',
          'podSelector: { matchLabels: { app: b } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: a } } }] }]',
        ) +
        netpol(
          'app',
          'two',
          'podSelector: { matchLabels: { app: b } }, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80 }] }]',
        ),
    );
    const openings = world.reachability.openings(world.workload('app/b'), 'ingress');
    expect(
      openings.map(({ workloads, policies }) => [
        workloads.map(({ name }) => name),
        policies.map(({ name }) => name),
      ]),
    ).toEqual([
      [['a'], ['one', 'two']],
      [['b', 'c'], ['two']],
    ]);
    const open = world.reachability.openings(world.workload('app/a'), 'ingress');
    expect(open.map(({ policies, addresses }) => [policies.length, addresses.length])).toEqual([[0, 2]]);
  });
});
