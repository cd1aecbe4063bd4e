import { netpol, object, pod, World } from './world';

/** network-policy-semantics section 2.1, item by item; peers (6 to 8, 11 to 13) and ports (9, 10) have files of their own. */
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
