import { cidrs, netpol, object, pod, podWithPorts, World } from './world';

const V2 = 'policy.networking.k8s.io/v1alpha2';
const V1 = 'policy.networking.k8s.io/v1alpha1';
const ALL = 'subject: { namespaces: {} }';

const cnp = (name: string, spec: string): string => object(V2, 'ClusterNetworkPolicy', name, spec);
const admin = (name: string, priority: number, rules: string): string =>
  cnp(name, `tier: Admin, priority: ${priority}, ${ALL}, ingress: [${rules}]`);
const baseline = (name: string, rules: string): string =>
  cnp(name, `tier: Baseline, priority: 1, ${ALL}, ingress: [${rules}]`);
const rule = (action: string, rest = ''): string =>
  `{ action: ${action}, from: [{ namespaces: {} }]${rest === '' ? '' : `, ${rest}`} }`;

/** network-policy-semantics section 2.2. */
describe('cluster-wide policies', () => {
  const pods = pod('app', 'a', 'app: a') + pod('app', 'b', 'app: b');
  const allowAll = netpol('app', 'np', 'podSelector: {}, ingress: [{}]');
  const denyAll = netpol('app', 'np', 'podSelector: {}');

  it('Admin is asked before NetworkPolicy, and Accept and Deny are final', () => {
    expect(new World(pods + allowAll + admin('x', 1, rule('Deny'))).ask('app/a', 'app/b')).toBe('deny');
    expect(new World(pods + denyAll + admin('x', 1, rule('Accept'))).ask('app/a', 'app/b')).toBe('allow');
  });

  it('Pass leaves the Admin tier, so NetworkPolicy decides', () => {
    const passing = admin('x', 1, rule('Pass')) + admin('y', 2, rule('Deny'));
    expect(new World(pods + passing + allowAll).ask('app/a', 'app/b')).toBe('allow');
    expect(new World(pods + passing + denyAll).ask('app/a', 'app/b')).toBe('deny');
  });

  it('lower priority numbers are asked first, and rules from the top', () => {
    expect(
      new World(pods + admin('x', 5, rule('Accept')) + admin('y', 4, rule('Deny'))).ask('app/a', 'app/b'),
    ).toBe('deny');
    expect(new World(pods + admin('x', 5, `${rule('Accept')}, ${rule('Deny')}`)).ask('app/a', 'app/b')).toBe(
      'allow',
    );
  });

  it('what no Admin rule matches goes on, and does not isolate', () => {
    const world = new World(
      pods + admin('x', 1, rule('Deny', 'protocols: [{ tcp: { destinationPort: { number: 81 } } }]')),
    );
    expect([world.ask('app/a', 'app/b', 'TCP 80'), world.ask('app/a', 'app/b', 'TCP 81')]).toEqual([
      'allow',
      'deny',
    ]);
    expect(world.isolatedBy('app/b', 'ingress')).toEqual([]);
  });

  it('NetworkPolicy is final for a pod it isolates; only for others Baseline decides', () => {
    expect(new World(pods + baseline('x', rule('Deny'))).ask('app/a', 'app/b')).toBe('deny');
    expect(new World(pods + allowAll + baseline('x', rule('Deny'))).ask('app/a', 'app/b')).toBe('allow');
    expect(new World(pods + denyAll + baseline('x', rule('Accept'))).ask('app/a', 'app/b')).toBe('deny');
  });

  it('does not speak of outside addresses where peers are pods', () => {
    expect(new World(pods + admin('x', 1, rule('Deny'))).ask('1.2.3.4', 'app/b')).toBe('allow');
  });

  const egress = (peer: string, ports = ''): string =>
    cnp(
      'x',
      `tier: Admin, priority: 1, ${ALL}, egress: [{ action: Deny, to: [${peer}]${ports === '' ? '' : `, ${ports}`} }]`,
    );

  it('egress networks match addresses, and pods by address', () => {
    const world = new World(pods + egress('{ networks: [10.0.0.0/8] }'), {
      podCidrs: cidrs('10.244.0.0/16'),
    });
    expect([
      world.ask('app/a', '10.1.1.1'),
      world.ask('app/a', '11.1.1.1'),
      world.ask('app/a', 'app/b'),
    ]).toEqual(['deny', 'allow', 'deny']);
  });

  it('domains are undecided for outside addresses and never mean pods', () => {
    const accept = cnp(
      'x',
      `tier: Admin, priority: 1, ${ALL}, egress: [{ action: Accept, to: [{ domainNames: [api.example.com] }] }, { action: Deny, to: [{ networks: [0.0.0.0/0] }, { namespaces: {} }] }]`,
    );
    const world = new World(pods + accept);
    expect([world.ask('app/a', '1.2.3.4'), world.ask('app/a', 'app/b')]).toEqual(['unknown', 'deny']);
    expect(world.findingIds).toContain('domains-open');
  });

  describe('nodes as peers: hosts are nodes, though nobody knows which', () => {
    const host = pod('app', 'h', 'app: h', 'hostNetwork: true');
    const ends = ['app/h', 'app/b', '192.168.0.7', '1.2.3.4', 'fd00::1'];
    const verdicts = (selector: string, nodeCidrs?: readonly string[]): unknown => {
      const world = new World(
        pods + host + egress(`{ nodes: ${selector} }`),
        nodeCidrs === undefined ? {} : { nodeCidrs: cidrs(...nodeCidrs) },
      );
      expect(world.findingIds).toContain('nodes-open');
      return ends.map((end) => world.ask('app/a', end));
    };

    it('all of them are every host, and whatever address may be of a node', () => {
      expect(verdicts('{}')).toEqual(['deny', 'allow', 'unknown', 'unknown', 'unknown']);
      expect(verdicts('{}', ['192.168.0.0/24'])).toEqual(['deny', 'allow', 'unknown', 'allow', 'allow']);
    });

    it('some of them may be any host', () => {
      const some = '{ matchLabels: { role: edge } }';
      expect(verdicts(some)).toEqual(['unknown', 'allow', 'unknown', 'unknown', 'unknown']);
      expect(verdicts(some, ['192.168.0.0/24'])).toEqual(['unknown', 'allow', 'unknown', 'allow', 'allow']);
    });
  });

  it('an action without rules in a direction leaves that direction alone', () => {
    const world = new World(pods + egress('{ namespaces: {} }'));
    expect([world.isolatedBy('app/a', 'ingress'), world.isolatedBy('app/a', 'egress')]).toEqual([[], []]);
    expect(world.ask('1.2.3.4', 'app/b')).toBe('allow');
  });

  it('named ports carry no protocol', () => {
    const named = podWithPorts(
      'app',
      's',
      '{ name: dns, containerPort: 53, protocol: UDP }, { name: web, containerPort: 53 }',
    );
    const world = new World(
      pods + named + egress('{ namespaces: {} }', 'protocols: [{ destinationNamedPort: dns }]'),
    );
    expect([world.ask('app/a', 'app/s', 'UDP 53'), world.ask('app/a', 'app/s', 'TCP 53')]).toEqual([
      'deny',
      'allow',
    ]);
  });

  it('AdminNetworkPolicy and BaselineAdminNetworkPolicy stand in the same order', () => {
    const anp = object(
      V1,
      'AdminNetworkPolicy',
      'x',
      `priority: 1, ${ALL}, ingress: [{ action: Pass, from: [{ namespaces: {} }] }]`,
    );
    const banp = object(
      V1,
      'BaselineAdminNetworkPolicy',
      'default',
      `${ALL}, ingress: [{ action: Deny, from: [{ namespaces: {} }] }]`,
    );
    expect(new World(pods + anp + banp).ask('app/a', 'app/b')).toBe('deny');
    expect(new World(pods + anp + banp + allowAll).ask('app/a', 'app/b')).toBe('allow');
  });
});
