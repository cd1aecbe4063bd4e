import { cidrs, gnp, object, pod, podWithPorts, World } from '../world';

const service = (name: string, namespace: string, spec: string): string =>
  object('v1', 'Service', name, spec, `namespace: ${namespace}`);
const http = '{ name: http, containerPort: 8080 }';
const hostWith = (namespace: string, name: string, labels: string, ports = http): string =>
  podWithPorts(namespace, name, ports, labels).replace('spec: {', 'spec: { hostNetwork: true,');
const client = pod('app', 'a', 'app: a');
const to = (namespace = 'app', name = 'svc'): string =>
  gnp(
    'x',
    `selector: 'app == "a"', types: [Egress], egress: [{ action: Allow, destination: { services: { namespace: ${namespace}, name: ${name} } } }]`,
  );
const from = gnp(
  'x',
  `selector: 'app == "a"', types: [Ingress], ingress: [{ action: Allow, source: { services: { namespace: app, name: svc } } }]`,
);

describe('destination.services (calico-policy-model 5.5)', () => {
  it('looks a named target port up at each pod behind the Service', () => {
    const world = new World(
      client +
        podWithPorts('app', 'b', http, 'app: b') +
        podWithPorts('app', 'c', '{ name: http, containerPort: 9090 }', 'app: b') +
        podWithPorts('app', 'd', '{ name: http, containerPort: 8080, protocol: UDP }', 'app: b') +
        service('svc', 'app', 'selector: { app: b }, ports: [{ port: 80, targetPort: http }]') +
        to(),
    );
    const answers = (connection: string): string[] =>
      ['app/b', 'app/c', 'app/d', '1.2.3.4'].map((end) => world.ask('app/a', end, connection));
    expect(answers('TCP 8080')).toEqual(['allow', 'deny', 'deny', 'deny']);
    expect(answers('TCP 9090')).toEqual(['deny', 'allow', 'deny', 'deny']);
    expect(answers('TCP 80')).toEqual(['deny', 'deny', 'deny', 'deny']);
    expect(answers('UDP 8080')).toEqual(['deny', 'deny', 'deny', 'deny']);
  });

  it('every label of the selector must be there, in the namespace of the Service, at hosts too', () => {
    const both = 'app: b, tier: x';
    const world = new World(
      client +
        hostWith('app', 'both', both) +
        hostWith('app', 'one', 'app: b') +
        hostWith('other', 'elsewhere', both) +
        pod('app', 'pod', 'app: b') +
        pod('other', 'away', both) +
        service('svc', 'app', 'selector: { app: b, tier: x }, ports: [{ port: 80, targetPort: 8080 }]') +
        to(),
    );
    // Hosts that share the node of `both` may be met at its address; pods may not.
    expect(
      ['app/both', 'app/one', 'other/elsewhere', 'app/pod', 'other/away'].map((end) =>
        world.ask('app/a', end, 'TCP 8080'),
      ),
    ).toEqual(['allow', 'unknown', 'unknown', 'deny', 'deny']);
    expect(world.findingIds).toContain('service-nodes-open');
  });

  it.each([
    ['without one label', hostWith('app', 'h', 'app: b')],
    ['of another namespace', hostWith('other', 'h', 'app: b, tier: x')],
    [
      'whose port of the name is of another protocol',
      hostWith('app', 'h', 'app: b, tier: x', '{ name: http, containerPort: 8080, protocol: UDP }'),
    ],
    [
      'that declares another name',
      hostWith('app', 'h', 'app: b, tier: x', '{ name: web, containerPort: 8080 }'),
    ],
  ])('a host %s is not behind it', (_, host) => {
    const world = new World(
      client +
        host +
        service('svc', 'app', 'selector: { app: b, tier: x }, ports: [{ port: 80, targetPort: http }]') +
        to(),
    );
    const name = host.includes('namespace: other') ? 'other/h' : 'app/h';
    expect(['TCP 8080', 'UDP 8080'].map((connection) => world.ask('app/a', name, connection))).toEqual([
      'deny',
      'deny',
    ]);
    expect(world.findingIds).toEqual([]);
  });

  it('nothing is open where the only host is the one behind the Service', () => {
    const world = new World(
      client +
        hostWith('app', 'h', 'app: b') +
        service('svc', 'app', 'selector: { app: b }, ports: [{ port: 80, targetPort: http }]') +
        to(),
    );
    expect([world.ask('app/a', 'app/h', 'TCP 8080'), world.ask('app/a', 'app/h', 'TCP 80')]).toEqual([
      'allow',
      'deny',
    ]);
    expect(world.findingIds).toEqual([]);
  });

  it('an ExternalName has no endpoints, selector or not', () => {
    const world = new World(
      client +
        pod('app', 'b', 'app: b') +
        hostWith('app', 'h', 'app: b') +
        service(
          'svc',
          'app',
          'type: ExternalName, externalName: example.com, selector: { app: b }, ports: [{ port: 80 }]',
        ) +
        to(),
    );
    expect(['app/b', 'app/h', '1.2.3.4'].map((end) => world.ask('app/a', end))).toEqual([
      'deny',
      'deny',
      'deny',
    ]);
    expect(world.findingIds).toEqual([]);
  });

  it('default/kubernetes is no pod; others that are not known may be anybody', () => {
    const answers = (namespace: string, name: string): unknown => {
      const world = new World(client + pod('app', 'b', 'app: b') + to(namespace, name));
      return [
        world.ask('app/a', 'app/b', 'TCP 443'),
        world.ask('app/a', '1.2.3.4', 'TCP 443'),
        world.findingIds,
      ];
    };
    expect(answers('default', 'kubernetes')).toEqual(['deny', 'unknown', ['api-server-endpoints-open']]);
    expect(answers('default', 'other')).toEqual(['unknown', 'unknown', ['service-endpoints-open']]);
    expect(answers('app', 'kubernetes')).toEqual(['unknown', 'unknown', ['service-endpoints-open']]);
  });

  it('what is not known has ports all the same', () => {
    const world = new World(client + to('app', 'unknown'));
    expect(
      ['TCP 1', 'UDP 1', 'SCTP 1', 'ICMP 8'].map((connection) => world.ask('app/a', '1.2.3.4', connection)),
    ).toEqual(['unknown', 'unknown', 'unknown', 'deny']);
  });
});

describe('source.services (calico-policy-model 5.5)', () => {
  it('a host behind the Service has the address of its node, which others may share', () => {
    const world = new World(
      client +
        hostWith('app', 'h', 'app: b') +
        hostWith('app', 'i', 'app: x') +
        pod('app', 'b', 'app: b') +
        pod('app', 'c', 'app: c') +
        service('svc', 'app', 'selector: { app: b }, ports: [{ port: 80 }]') +
        from,
      { nodeCidrs: cidrs('192.168.0.0/24') },
    );
    expect(['app/h', 'app/b', 'app/c', '1.2.3.4'].map((end) => world.ask(end, 'app/a', 'UDP 7'))).toEqual([
      'allow',
      'allow',
      'deny',
      'deny',
    ]);
    expect(world.findingIds).toContain('service-nodes-open');
  });

  it('pods alone leave nothing open', () => {
    const world = new World(
      client +
        pod('app', 'b', 'app: b') +
        pod('app', 'c', 'app: c') +
        service('svc', 'app', 'selector: { app: b }, ports: [{ port: 80 }]') +
        from,
    );
    expect(['app/b', 'app/c'].map((end) => world.ask(end, 'app/a'))).toEqual(['allow', 'deny']);
    expect(world.findingIds).toEqual([]);
  });
});

describe('source ports (calico-policy-model 5.5)', () => {
  const pods =
    podWithPorts('app', 'a', '{ name: admin, containerPort: 9000 }', 'app: a') +
    podWithPorts('app', 'u', '{ name: admin, containerPort: 9000, protocol: UDP }', 'app: u') +
    podWithPorts(
      'app',
      'w',
      '{ name: web, containerPort: 80 }, { name: other, containerPort: 81 }',
      'app: w',
    ) +
    pod('app', 'b', 'app: b');
  const ends = ['app/a', 'app/u', 'app/w', '1.2.3.4'];
  const answers = (source: string): string[] => {
    const rule = `{ action: Allow, protocol: TCP, source: { ${source} } }`;
    const world = new World(pods + gnp('x', `selector: 'app == "b"', types: [Ingress], ingress: [${rule}]`));
    return ends.map((end) => world.ask(end, 'app/b'));
  };

  it.each([
    ['ports: [admin]', ['unknown', 'deny', 'deny', 'deny']],
    ['ports: [admin, other]', ['unknown', 'deny', 'unknown', 'deny']],
    ['ports: [nobody]', ['deny', 'deny', 'deny', 'deny']],
    ['ports: [1024]', ['unknown', 'unknown', 'unknown', 'unknown']],
    ['ports: [admin, 1024]', ['unknown', 'unknown', 'unknown', 'unknown']],
    ['notPorts: [admin]', ['unknown', 'allow', 'allow', 'allow']],
    ['notPorts: [nobody]', ['allow', 'allow', 'allow', 'allow']],
    ['notPorts: [1024]', ['unknown', 'unknown', 'unknown', 'unknown']],
    ['ports: [admin], notPorts: [web]', ['unknown', 'deny', 'deny', 'deny']],
    ['ports: [admin, web], notPorts: [web]', ['unknown', 'deny', 'unknown', 'deny']],
    ['ports: [admin, web], selector: has(app)', ['unknown', 'deny', 'unknown', 'deny']],
  ])('%s', (source, expected) => {
    expect(answers(source)).toEqual(expected);
  });

  it('a pod that declares the name for two protocols has it for each', () => {
    const two = podWithPorts(
      'app',
      'two',
      '{ name: admin, containerPort: 9000, protocol: UDP }, { name: admin, containerPort: 9001 }',
    );
    const rule = (protocol: string): string =>
      `{ action: Allow, protocol: ${protocol}, source: { ports: [admin] } }`;
    const ask = (protocol: string): string =>
      new World(
        pods + two + gnp('x', `selector: 'app == "b"', types: [Ingress], ingress: [${rule(protocol)}]`),
      ).ask('app/two', 'app/b', `${protocol} 1`);
    expect(['TCP', 'UDP', 'SCTP'].map(ask)).toEqual(['unknown', 'unknown', 'deny']);
  });

  it.each([
    ['ports: [admin]', 'unknown'],
    [`selector: 'app == "a"', ports: [admin]`, 'unknown'],
    [`selector: 'app == "a"', ports: [nobody]`, 'deny'],
    [`selector: 'app == "u"', ports: [admin]`, 'deny'],
    [`selector: 'app == "a"'`, 'allow'],
    ['ports: [nobody]', 'deny'],
  ])('of the selected pod itself, in egress: %s', (source, expected) => {
    const rule = `{ action: Allow, protocol: TCP, source: { ${source} } }`;
    const world = new World(pods + gnp('x', `selector: 'app == "a"', types: [Egress], egress: [${rule}]`));
    expect(world.ask('app/a', 'app/b')).toBe(expected);
  });
});

describe('network sets of a namespace (calico-policy-model 4.1)', () => {
  const set = (name: string, namespace: string): string =>
    object(
      'projectcalico.org/v3',
      'NetworkSet',
      name,
      'nets: [1.2.3.0/24]',
      `namespace: ${namespace}, labels: { set: yes }`,
    ).replace('set: yes', 'set: "yes"');
  const spaces = `---
{ apiVersion: v1, kind: Namespace, metadata: { name: app, labels: { env: prod } } }
`;
  const answer = (source: string, sets: string): string =>
    new World(
      spaces +
        pod('app', 'b', 'app: b') +
        sets +
        gnp(
          'x',
          `selector: 'app == "b"', types: [Ingress], ingress: [{ action: Allow, source: { ${source} } }]`,
        ),
    ).ask('1.2.3.4', 'app/b');

  it.each([
    [`namespaceSelector: 'env == "prod"', selector: has(set)`, 'app', 'allow'],
    [`namespaceSelector: 'env == "prod"', selector: has(set)`, 'other', 'deny'],
    [`namespaceSelector: 'kubernetes.io/metadata.name == "app"', selector: has(set)`, 'app', 'allow'],
    [`namespaceSelector: 'kubernetes.io/metadata.name == "other"', selector: has(set)`, 'other', 'allow'],
    [`namespaceSelector: global(), selector: has(set)`, 'app', 'deny'],
    ['selector: has(set)', 'other', 'allow'],
  ])('%s and a set of the namespace %s', (source, namespace, expected) => {
    expect(answer(source, set('s', namespace))).toBe(expected);
  });

  it('a global set is in no namespace', () => {
    const global = object(
      'projectcalico.org/v3',
      'GlobalNetworkSet',
      's',
      'nets: [1.2.3.0/24]',
      'labels: { set: "yes" }',
    );
    expect(answer('namespaceSelector: global(), selector: has(set)', global)).toBe('allow');
    expect(answer('namespaceSelector: all(), selector: has(set)', global)).toBe('deny');
  });
});
