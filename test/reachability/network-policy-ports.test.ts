import { netpol, pod, podWithPorts, World } from './world';

/** network-policy-semantics section 2.1, items 9 and 10. */
describe('ports of a NetworkPolicy', () => {
  const ab = pod('app', 'a', 'app: a') + pod('app', 'b', 'app: b') + pod('other', 'c', 'app: c');

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

    it('a name of an init container that ends counts where Calico enforces (calico-policy-model 5.5)', () => {
      const init =
        'initContainers: [{ name: prepare, image: registry.example/app:1, ports: [{ name: setup, containerPort: 7000 }] }, ' +
        '{ name: proxy, image: registry.example/app:1, restartPolicy: Always, ports: [{ name: proxy, containerPort: 7001 }] }]';
      const cluster =
        ab +
        pod('app', 's', 'role: server', init) +
        netpol(
          'app',
          'p',
          'podSelector: { matchLabels: { role: server } }, ingress: [{ ports: [{ port: setup }, { port: proxy }] }]',
        ) +
        netpol(
          'app',
          'q',
          'podSelector: { matchLabels: { app: a } }, policyTypes: [Egress], egress: [{ ports: [{ port: setup }, { port: proxy }] }]',
        );
      const answers = (cni: 'kubernetes' | 'calico'): string[] =>
        ['TCP 7000', 'TCP 7001'].map((port) => new World(cluster, { cni }).ask('app/a', 'app/s', port));
      expect(answers('kubernetes')).toEqual(['deny', 'allow']);
      expect(answers('calico')).toEqual(['allow', 'allow']);
    });

    it('a name means another number at each pod, whatever stands beside it', () => {
      const cluster = (rules: string): World =>
        new World(
          ab +
            podWithPorts('app', 's1', '{ name: http, containerPort: 8080 }', 'role: server') +
            podWithPorts('app', 's2', '{ name: http, containerPort: 9090 }', 'role: server') +
            netpol('app', 'p', `podSelector: { matchLabels: { role: server } }, ingress: [${rules}]`),
        );
      for (const rules of [
        '{ ports: [{ port: 81 }, { port: http }] }',
        '{ ports: [{ port: http }, { port: 81 }] }',
        '{ ports: [{ port: 81 }] }, { ports: [{ port: http }] }',
        '{ ports: [{ port: http }] }, { ports: [{ port: 81 }] }',
        '{ from: [{ namespaceSelector: {} }, { ipBlock: { cidr: 1.2.3.4/32 } }], ports: [{ port: http }, { port: 81 }] }',
      ]) {
        const world = cluster(rules);
        const answers = ['TCP 8080', 'TCP 9090', 'TCP 81'].map((port) =>
          ['app/s1', 'app/s2'].map((server) => world.ask('app/a', server, port)),
        );
        expect(answers).toEqual([
          ['allow', 'deny'],
          ['deny', 'allow'],
          ['allow', 'allow'],
        ]);
      }
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
});
