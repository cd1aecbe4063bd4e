import { cidrs, gnp, pod, podWithPorts, World } from './world';
import type { ReachabilityOptions } from '../../src/reachability/reachability';

const SELECT_B = `selector: 'app == "b"'`;
const pods = pod('app', 'a', 'app: a') + pod('app', 'b', 'app: b') + pod('other', 'c', 'app: c');
const into = (rules: string): string => `${SELECT_B}, types: [Ingress], ingress: [${rules}]`;

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

  it('ipVersion is open where any pod may speak either, and where none may nothing is said', () => {
    const known = (name: string): string =>
      `${pod('app', name, `app: ${name}`).trimEnd()}\nstatus: { podIPs: [{ ip: 10.0.0.1 }] }\n`;
    const policy = gnp(
      'g',
      "selector: app == 'b', types: [Ingress], ingress: [{ action: Allow, ipVersion: 6 }]",
    );
    const ids = (...pods: readonly string[]): string[] => new World(pods.join('') + policy).findingIds;
    expect(ids(known('a'), known('b'))).not.toContain('ip-version-open');
    expect(ids(known('a'), known('b'), pod('app', 'c'))).toContain('ip-version-open');
    expect(ids(known('a'), known('b'), pod('app', 'host', '', 'hostNetwork: true'))).not.toContain(
      'ip-version-open',
    );
    expect(new World(known('a') + known('b') + policy).ask('app/a', 'app/b')).toBe('deny');
  });

  it('nets and notNets of another family never match, and a whole family in notNets neither', () => {
    const not = rule('source: { notNets: [10.0.0.0/8] }');
    expect([
      not.ask('1.2.3.4', 'app/b'),
      not.ask('10.1.1.1', 'app/b'),
      not.ask('2001:db8::1', 'app/b'),
    ]).toEqual(['allow', 'deny', 'deny']);
    expect(rule('source: { nets: [10.0.0.0/8] }').ask('2001:db8::1', 'app/b')).toBe('deny');
    const whole = rule('source: { notNets: [0.0.0.0/1, 128.0.0.0/1] }');
    expect(['1.2.3.4', '200.2.3.4', '2001:db8::1', 'app/a'].map((from) => whole.ask(from, 'app/b'))).toEqual([
      'deny',
      'deny',
      'deny',
      'deny',
    ]);
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

  describe('with a host-network workload behind it', () => {
    const http = 'ports: [{ name: http, containerPort: 8080 }]';
    const host = (name: string, label: string, ports = ''): string =>
      pod('app', name, `app: ${label}`, 'hostNetwork: true').replace(
        'app:1 }',
        `app:1${ports && `, ${ports}`} }`,
      );
    const hosts = host('h', 'b', http) + host('other', 'x');
    const ends = ['app/h', 'app/other', '192.168.0.7', '192.168.9.9'];
    const world = (targetPort: string, options: ReachabilityOptions = {}): World =>
      new World(
        pods +
          hosts +
          service(`selector: { app: b }, ports: [{ port: 80, targetPort: ${targetPort} }]`) +
          toService,
        options,
      );

    it('a pod that is not in the manifests meets it as one that is', () => {
      const known = world('8080', { nodeCidrs: cidrs('192.168.0.0/24') });
      const { namespace, labels } = known.workload('app/a');
      const stranger = { type: 'pod', namespace, labels } as const;
      expect(ends.map((end) => known.ask(stranger, end, 'TCP 8080'))).toEqual(
        ends.map((end) => known.ask('app/a', end, 'TCP 8080')),
      );
    });

    it.each(['8080', 'http'])(
      'whatever shares its node may be met at its address, on the port it serves %s on',
      (targetPort) => {
        // calico-policy-model 5.5: destination.services is addresses × ports of the EndpointSlices, and a host-network
        // pod has the address of its node there. The name is that of the pod behind the Service, not of who is met.
        const known = world(targetPort, { nodeCidrs: cidrs('192.168.0.0/24') });
        expect(ends.map((end) => known.ask('app/a', end, 'TCP 8080'))).toEqual([
          'allow',
          'unknown',
          'unknown',
          'deny',
        ]);
        expect(ends.map((end) => known.ask('app/a', end, 'TCP 8081'))).toEqual(ends.map(() => 'deny'));
        expect(known.findingIds).toContain('service-nodes-open');
        expect(ends.map((end) => world(targetPort).ask('app/a', end, 'TCP 8080'))).toEqual([
          'allow',
          'unknown',
          'deny',
          'deny',
        ]);
      },
    );

    it('a name it does not declare leads nowhere', () => {
      expect(ends.map((end) => world('metrics').ask('app/a', end, 'TCP 8080'))).toEqual(
        ends.map(() => 'deny'),
      );
    });
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
    expect(world.severities).toEqual({ 'service-endpoints-open': 'warning' });
  });

  describe('with endpoints written in the input (5.5: whatever EndpointSlice carries its name)', () => {
    const slice = (manager = ''): string => `---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { namespace: app, name: svc-1, labels: { kubernetes.io/service-name: svc, ${manager} } }
addressType: IPv4
endpoints: [{ addresses: [1.2.3.4] }]
ports: [{ port: 8080 }]
`;
    const endpoints = slice().replace('discovery.k8s.io/v1', 'v1').replace('EndpointSlice', 'Endpoints');
    const byController = 'endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io';
    const asked = (yaml: string): unknown => {
      const world = new World(pods + yaml + toService);
      const verdicts = ['app/b', '1.2.3.4', 'other/c'].map((to) => world.ask('app/a', to, 'TCP 8080'));
      return [verdicts, world.findingIds];
    };
    const open = ['unknown', 'unknown', 'unknown'];

    it.each([
      ['an EndpointSlice', slice()],
      ['Endpoints', endpoints.replace('svc-1', 'svc')],
    ])('without selector: %s of it is not read, and that is said', (_, written) => {
      const withoutSelector = service('ports: [{ port: 8080 }]');
      expect(asked(withoutSelector + written)).toEqual([open, ['written-endpoints-open']]);
      expect(asked(written)).toEqual([open, ['written-endpoints-open']]);
      expect(asked(withoutSelector)).toEqual([open, ['service-endpoints-open']]);
    });

    it('with a selector: a slice of another origin comes on top', () => {
      const selecting = service('selector: { app: b }, ports: [{ port: 8080 }]');
      expect(asked(selecting + slice())).toEqual([
        ['allow', 'unknown', 'unknown'],
        ['written-endpoints-open'],
      ]);
      expect(asked(selecting + slice(byController))).toEqual([['allow', 'deny', 'deny'], []]);
      expect(asked(selecting + endpoints)).toEqual([['allow', 'deny', 'deny'], []]);
    });
  });

  it('default/kubernetes is the API server, outside the cluster: nothing to act on', () => {
    const world = new World(
      pods + toService.replace('namespace: app, name: svc', 'namespace: default, name: kubernetes'),
    );
    expect([world.ask('app/a', '1.2.3.4'), world.ask('app/a', 'other/c')]).toEqual(['unknown', 'deny']);
    expect(world.severities).toEqual({ 'api-server-endpoints-open': 'info' });
  });

  it('a host-network pod behind a Service has an address that others on its node have too (2.1 item 13)', () => {
    const cluster =
      pods +
      pod('app', 'host', 'app: host', 'hostNetwork: true') +
      service('selector: { app: host }, ports: [{ port: 80 }]') +
      toService;
    const world = new World(cluster, { nodeCidrs: cidrs('192.168.7.0/24') });
    expect(['app/host', '192.168.7.9', '192.168.8.1'].map((peer) => world.ask('app/a', peer))).toEqual([
      'allow',
      'unknown',
      'deny',
    ]);
    expect(new World(cluster).ask('app/a', '192.168.7.9')).toBe('deny');
  });

  it('http is not looked at; the finding is that of the reader, said once', () => {
    const world = rule('protocol: TCP, http: { methods: [GET] }');
    expect(world.ask('app/a', 'app/b')).toBe('allow');
    expect(world.findingIds).not.toContain('http-not-enforced');
  });
});

describe('the network plugin', () => {
  it('leaves Calico policies out where it is not Calico, and says so', () => {
    const world = new World(pods + gnp('x', into('{ action: Deny }')), { cni: 'kubernetes' });
    expect(world.ask('app/a', 'app/b')).toBe('allow');
    expect(world.findingIds).toContain('calico-not-enforced');
  });
});
