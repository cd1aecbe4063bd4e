import { cidrs, netpol, object, pod, podWithPorts, World } from './world';

/** network-policy-semantics section 2.1, item by item. */
describe('NetworkPolicy', () => {
  const ab = pod('app', 'a', 'app: a') + pod('app', 'b', 'app: b') + pod('other', 'c', 'app: c');

  describe('item 1: policies only add, and both sides must allow', () => {
    it('lets everything through where no policy selects', () => {
      const world = new World(ab);
      expect(world.ask('app/a', 'app/b', '47')).toBe('allow');
      expect(world.ask('1.2.3.4', 'app/b')).toBe('allow');
      expect(world.isolatedBy('app/a', 'ingress')).toEqual([]);
    });

    it('allows what any of several policies allows', () => {
      const world = new World(
        ab +
          netpol(
            'app',
            'one',
            'podSelector: { matchLabels: { app: b } }, ingress: [{ ports: [{ port: 80 }] }]',
          ) +
          netpol('app', 'two', 'podSelector: {}, ingress: [{ ports: [{ port: 81 }] }]'),
      );
      expect(world.ask('app/a', 'app/b', 'TCP 80')).toBe('allow');
      expect(world.ask('app/a', 'app/b', 'TCP 81')).toBe('allow');
      expect(world.ask('app/a', 'app/b', 'TCP 82')).toBe('deny');
      expect(world.isolatedBy('app/b', 'ingress')).toEqual([
        'NetworkPolicy/app/one',
        'NetworkPolicy/app/two',
      ]);
    });

    it('needs egress of the source and ingress of the destination', () => {
      const world = new World(
        ab +
          netpol(
            'app',
            'out',
            'podSelector: { matchLabels: { app: a } }, policyTypes: [Egress], egress: [{ ports: [{ port: 80 }, { port: 81 }] }]',
          ) +
          netpol(
            'app',
            'in',
            'podSelector: { matchLabels: { app: b } }, ingress: [{ ports: [{ port: 81 }, { port: 82 }] }]',
          ),
      );
      expect(['TCP 80', 'TCP 81', 'TCP 82'].map((port) => world.ask('app/a', 'app/b', port))).toEqual([
        'deny',
        'allow',
        'deny',
      ]);
      expect(world.ask('app/b', 'app/a')).toBe('allow');
    });
  });

  it.each([
    ['no rules: ingress only', 'podSelector: {}', ['deny', 'allow']],
    ['egress rules: both', 'podSelector: {}, egress: [{}]', ['deny', 'allow']],
    ['an empty egress list: ingress only', 'podSelector: {}, egress: []', ['deny', 'allow']],
  ])('item 2: policyTypes absent with %s', (_, spec, [into, out]) => {
    const world = new World(ab + netpol('app', 'p', spec));
    expect(world.ask('other/c', 'app/a')).toBe(into);
    expect(world.ask('app/a', 'other/c')).toBe(out);
    expect(world.isolatedBy('app/a', 'egress')).toEqual(spec.includes('[{}]') ? ['NetworkPolicy/app/p'] : []);
  });

  it.each([
    ['ingress missing', 'policyTypes: [Ingress]', 'deny'],
    ['ingress: []', 'ingress: []', 'deny'],
    ['ingress: [{}]', 'ingress: [{}]', 'allow'],
    ['a type without its rules', 'policyTypes: [Ingress, Egress], egress: [{}]', 'deny'],
  ])('item 3: %s', (_, spec, expected) => {
    const world = new World(ab + netpol('app', 'p', `podSelector: {}, ${spec}`));
    expect(world.ask('other/c', 'app/a')).toBe(expected);
  });

  it('item 4: an empty podSelector selects the pods of its own namespace only', () => {
    const world = new World(ab + netpol('app', 'p', 'podSelector: {}'));
    expect(world.ask('app/a', 'app/b')).toBe('deny');
    expect(world.ask('app/a', 'other/c')).toBe('allow');
  });

  it('item 5: from missing or empty is everybody, outside included; ports missing or empty every protocol', () => {
    for (const rule of ['{}', '{ from: [] }', '{ ports: [] }']) {
      const world = new World(ab + netpol('app', 'p', `podSelector: {}, ingress: [${rule}]`));
      expect(world.ask('203.0.113.9', 'app/a')).toBe('allow');
      expect(world.ask('other/c', 'app/a', 'ICMP 8')).toBe('allow');
      expect(world.ask('other/c', 'app/a', '47')).toBe('allow');
    }
  });

  describe('item 6: peers', () => {
    const pods = ab + pod('other', 'a2', 'app: a');
    const from = (peers: string): World =>
      new World(
        pods +
          netpol('app', 'p', `podSelector: { matchLabels: { app: b } }, ingress: [{ from: [${peers}] }]`),
      );
    const answers = (world: World): string[] =>
      ['app/a', 'other/a2', 'other/c', '1.2.3.4'].map((peer) => world.ask(peer, 'app/b'));

    it.each([
      [
        'podSelector alone stays in the namespace',
        '{ podSelector: { matchLabels: { app: a } } }',
        ['allow', 'deny', 'deny', 'deny'],
      ],
      [
        'namespaceSelector alone is all its pods',
        '{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: other } } }',
        ['deny', 'allow', 'allow', 'deny'],
      ],
      [
        'both in one item are AND',
        '{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: other } }, podSelector: { matchLabels: { app: a } } }',
        ['deny', 'allow', 'deny', 'deny'],
      ],
      [
        'two items are OR',
        '{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: other } } }, { podSelector: { matchLabels: { app: a } } }',
        ['allow', 'allow', 'allow', 'deny'],
      ],
      ['an empty podSelector is the own namespace', '{ podSelector: {} }', ['allow', 'deny', 'deny', 'deny']],
      [
        'an empty namespaceSelector is every pod',
        '{ namespaceSelector: {} }',
        ['allow', 'allow', 'allow', 'deny'],
      ],
    ])('%s', (_, peers, expected) => {
      expect(answers(from(peers))).toEqual(expected);
    });
  });

  it('item 7: an ipBlock is masked, and except is cut out of it', () => {
    const world = new World(
      ab +
        netpol(
          'app',
          'p',
          'podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 192.168.242.213/24, except: [192.168.242.128/25] } }] }]',
        ),
    );
    expect(world.ask('192.168.242.0', 'app/a')).toBe('allow');
    expect(world.ask('192.168.242.127', 'app/a')).toBe('allow');
    expect(world.ask('192.168.242.128', 'app/a')).toBe('deny');
    expect(world.ask('192.168.241.255', 'app/a')).toBe('deny');
  });

  describe('item 8: ipBlock against pods', () => {
    const block = (cidr: string): string =>
      netpol('app', 'p', `podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: ${cidr} } }] }]`);
    const known = `---
apiVersion: v1
kind: Pod
metadata: { namespace: app, name: known }
spec: { containers: [{ name: main, image: registry.example/app:1 }] }
status: { phase: Running, podIPs: [{ ip: 10.1.2.3 }] }
`;

    it('matches by a known address, and else never, and says so', () => {
      const world = new World(ab + known + block('10.0.0.0/8'));
      expect(world.ask('app/known', 'app/a')).toBe('allow');
      expect(world.ask('app/b', 'app/a')).toBe('deny');
      expect(world.findingIds).toContain('pod-addresses-assumed');
    });

    it('matches no pod of unknown address even with the whole family', () => {
      expect(new World(ab + block('0.0.0.0/0')).ask('app/b', 'app/a')).toBe('deny');
    });

    it.each([
      ['covers all pod ranges', '10.0.0.0/8', 'allow'],
      ['is apart from all of them', '192.168.0.0/16', 'deny'],
      ['covers a part', '10.244.7.0/24', 'unknown'],
    ])('with podCidrs, a block that %s', (_, cidr, expected) => {
      const world = new World(ab + block(cidr), { podCidrs: cidrs('10.244.0.0/16') });
      expect(world.ask('app/b', 'app/a')).toBe(expected);
      expect(world.findingIds.includes('pod-addresses-open')).toBe(expected === 'unknown');
    });

    it('takes the blocks of one rule together', () => {
      const world = new World(
        ab +
          netpol(
            'app',
            'p',
            'podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 10.244.0.0/17 } }, { ipBlock: { cidr: 10.244.128.0/17 } }] }]',
          ),
        { podCidrs: cidrs('10.244.0.0/16') },
      );
      expect(world.ask('app/b', 'app/a')).toBe('allow');
    });
  });

  describe('items 9 and 10: ports', () => {
    const servers =
      podWithPorts(
        'app',
        's1',
        '{ name: http, containerPort: 8080 }, { name: dns, containerPort: 53, protocol: UDP }',
        'role: server',
      ) + podWithPorts('app', 's2', '{ name: http, containerPort: 9090 }', 'role: server');
    const world = (ports: string): World =>
      new World(
        ab +
          servers +
          netpol(
            'app',
            'p',
            `podSelector: { matchLabels: { role: server } }, ingress: [{ ports: [${ports}] }]`,
          ),
      );

    it('protocol absent is TCP, port absent is all of the protocol', () => {
      expect(world('{ port: 80 }').ask('app/a', 'app/s1', 'UDP 80')).toBe('deny');
      expect(world('{ protocol: UDP }').ask('app/a', 'app/s1', 'UDP 1')).toBe('allow');
      expect(world('{ protocol: SCTP, port: 7 }').ask('app/a', 'app/s1', 'SCTP 7')).toBe('allow');
    });

    it('a name is another number at each pod, and nothing where it is not declared', () => {
      const named = world('{ port: http }');
      expect(['TCP 8080', 'TCP 9090'].map((port) => named.ask('app/a', 'app/s1', port))).toEqual([
        'allow',
        'deny',
      ]);
      expect(['TCP 8080', 'TCP 9090'].map((port) => named.ask('app/a', 'app/s2', port))).toEqual([
        'deny',
        'allow',
      ]);
      expect(world('{ port: dns }').ask('app/a', 'app/s1', 'UDP 53')).toBe('deny');
      expect(world('{ port: dns, protocol: UDP }').ask('app/a', 'app/s1', 'UDP 53')).toBe('allow');
    });

    it('an egress name is looked up at the destination, and means nothing outside', () => {
      const out = new World(
        ab +
          servers +
          netpol(
            'app',
            'p',
            'podSelector: { matchLabels: { app: a } }, policyTypes: [Egress], egress: [{ ports: [{ port: http }] }]',
          ),
      );
      expect(out.ask('app/a', 'app/s1', 'TCP 8080')).toBe('allow');
      expect(out.ask('app/a', 'app/s2', 'TCP 8080')).toBe('deny');
      expect(out.ask('app/a', 'app/b', 'TCP 8080')).toBe('deny');
      expect(out.ask('app/a', '1.2.3.4', 'TCP 8080')).toBe('deny');
    });

    it('endPort is included', () => {
      const range = world('{ port: 100, endPort: 102 }');
      expect([99, 100, 102, 103].map((port) => range.ask('app/a', 'app/s1', `TCP ${port}`))).toEqual([
        'deny',
        'allow',
        'allow',
        'deny',
      ]);
    });
  });

  it('item 11: NotIn and DoesNotExist match pods without the key, and an empty value is a value', () => {
    const pods =
      pod('app', 'bare', 'x: y') +
      pod('app', 'empty', 'app: ""') +
      pod('app', 'a', 'app: a') +
      pod('app', 't', 't: t');
    const from = (expression: string): string[] => {
      const world = new World(
        pods +
          netpol(
            'app',
            'p',
            `podSelector: { matchLabels: { t: t } }, ingress: [{ from: [{ podSelector: { matchExpressions: [${expression}] } }] }]`,
          ),
      );
      return ['app/bare', 'app/empty', 'app/a'].map((peer) => world.ask(peer, 'app/t'));
    };
    expect(from('{ key: app, operator: NotIn, values: [a] }')).toEqual(['allow', 'allow', 'deny']);
    expect(from('{ key: app, operator: DoesNotExist }')).toEqual(['allow', 'deny', 'deny']);
    expect(from('{ key: app, operator: Exists }')).toEqual(['deny', 'allow', 'allow']);
    expect(from('{ key: app, operator: In, values: [""] }')).toEqual(['deny', 'allow', 'deny']);
  });

  it('labels named like members of every object are labels like others', () => {
    const world = new World(
      pod('app', 'odd', 'constructor: x') +
        pod('app', 't', 't: t') +
        netpol(
          'app',
          'p',
          'podSelector: { matchLabels: { t: t } }, ingress: [{ from: [{ podSelector: { matchExpressions: [{ key: constructor, operator: Exists }] } }] }]',
        ),
    );
    expect(world.ask('app/odd', 'app/t')).toBe('allow');
    expect(world.ask('app/t', 'app/odd')).toBe('allow');
    const none = new World(
      ab + netpol('app', 'p', 'podSelector: { matchExpressions: [{ key: constructor, operator: Exists }] }'),
    );
    expect(none.isolatedBy('app/a', 'ingress')).toEqual([]);
  });

  it('item 12: a namespace without a manifest carries its name as a label', () => {
    const world = new World(
      ab +
        netpol(
          'app',
          'p',
          'podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: other } } }] }]',
        ),
    );
    expect(world.ask('other/c', 'app/a')).toBe('allow');
    expect(world.ask('app/b', 'app/a')).toBe('deny');
  });

  describe('item 13: host-network pods', () => {
    const host = pod('app', 'host', 'app: host', 'hostNetwork: true');

    it('are not isolated, and no selector of a peer finds them', () => {
      const world = new World(
        ab + host + netpol('app', 'p', 'podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }]'),
      );
      expect(world.ask('other/c', 'app/host')).toBe('allow');
      // Denied by the policy, but processes of a pod's own node always reach it.
      expect(world.ask('app/host', 'app/a')).toBe('unknown');
      expect(world.findingIds).toContain('own-node-open');
    });

    it('are met by the addresses of nodes', () => {
      const policy = netpol(
        'app',
        'p',
        'podSelector: { matchLabels: { app: a } }, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 192.168.0.0/16 } }] }]',
      );
      expect(new World(ab + host + policy).ask('app/a', 'app/host')).toBe('unknown');
      expect(
        new World(ab + host + policy, { nodeCidrs: cidrs('192.168.7.0/24') }).ask('app/a', 'app/host'),
      ).toBe('allow');
      expect(
        new World(ab + host + policy, { nodeCidrs: cidrs('172.16.0.0/16') }).ask('app/a', 'app/host'),
      ).toBe('deny');
    });
  });

  it('item 14: a workload is no peer of itself, so a group of it alone is left out', () => {
    const world = new World(
      pod('app', 'a', 'app: a') +
        netpol(
          'app',
          'p',
          'podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{ from: [{ podSelector: {} }] }], egress: [{ to: [{ podSelector: {} }] }]',
        ),
    );
    expect(world.reachability.groups()).toEqual([]);
  });

  it('item 15: policies see the port behind a Service, not the Service port', () => {
    const service = `---
apiVersion: v1
kind: Service
metadata: { namespace: app, name: b }
spec: { selector: { app: b }, ports: [{ port: 80, targetPort: 8080 }] }
`;
    const world = new World(
      ab +
        service +
        netpol('app', 'p', 'podSelector: { matchLabels: { app: b } }, ingress: [{ ports: [{ port: 80 }] }]'),
    );
    expect(world.ask('app/a', 'app/b', 'TCP 8080')).toBe('deny');
    expect(world.ask('app/a', 'app/b', 'TCP 80')).toBe('allow');
  });

  it('item 16: replies need no rule, so the two ways of a pair are judged apart', () => {
    const world = new World(ab + netpol('app', 'p', 'podSelector: { matchLabels: { app: b } }, ingress: []'));
    expect([world.ask('app/a', 'app/b'), world.ask('app/b', 'app/a')]).toEqual(['deny', 'allow']);
  });

  it('items 17 and 18: outside addresses do not restrict their own side', () => {
    const world = new World(
      ab +
        netpol('app', 'p', 'podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 203.0.113.0/24 } }] }]'),
    );
    expect(world.ask('203.0.113.5', 'app/a')).toBe('allow');
    expect(world.ask('app/a', '203.0.113.5')).toBe('allow');
  });

  it('items 19 and 21: workloads are told apart by the labels of their pod templates', () => {
    const deployment = (name: string, labels: string): string =>
      object(
        'apps/v1',
        'Deployment',
        name,
        `selector: { matchLabels: { own: ${name} } }, template: { metadata: { labels: { own: ${name}, ${labels} } }, spec: { containers: [{ name: main, image: registry.example/app:1 }] } }`,
        'namespace: app, labels: { app: a }',
      );
    const world = new World(
      deployment('x', 'app: b') +
        deployment('y', 'app: z') +
        pod('app', 'c', 'app: c') +
        netpol('app', 'p', 'podSelector: { matchLabels: { app: b } }'),
    );
    expect([world.ask('app/c', 'app/x'), world.ask('app/c', 'app/y')]).toEqual(['deny', 'allow']);
  });

  it('item 20: an egress policy without DNS cuts DNS', () => {
    const world = new World(
      ab + netpol('app', 'p', 'podSelector: {}, policyTypes: [Egress], egress: [{ ports: [{ port: 443 }] }]'),
    );
    expect(world.ask('app/a', 'other/c', 'UDP 53')).toBe('deny');
  });

  it('gives finished workloads no connections', () => {
    const done = pod('app', 'done').replace(/\n$/, '\nstatus: { phase: Succeeded }\n');
    expect(new World(ab + done).ask('app/a', 'app/done')).toBe('deny');
  });
});
