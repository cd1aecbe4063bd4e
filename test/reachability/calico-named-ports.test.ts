import { calicoNp, gnp, object, pod, World } from './world';

/** A pod of the namespace `app` with an address that the network set `net` covers. */
function known(name: string, ip: string, ports: string, rest = ''): string {
  return `---
apiVersion: v1
kind: Pod
metadata: { namespace: app, name: ${name}, labels: { app: ${name} } }
spec: { ${rest}containers: [{ name: main, image: registry.example/app:1, ports: [${ports}] }] }
status: { phase: Running, podIPs: [{ ip: ${ip} }] }
`;
}

const HTTP = '{ name: http, containerPort: 8080 }';
const SET = `---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: { name: net, labels: { kind: set } }
spec: { nets: [10.244.0.0/16] }
`;
const cluster = known('client', '10.244.0.1', '') + known('server', '10.244.0.2', HTTP) + SET;

/**
 * calico-policy-model 5.5; felix/calc/rule_scanner.go: a port name is looked up at the endpoints whose labels satisfy
 * the positive selector of its side, not at those whose address a selected network set covers.
 */
describe('port names of a Calico rule', () => {
  const to = (destination: string): World =>
    new World(
      cluster +
        gnp(
          'p',
          `selector: 'app == "client"', types: [Egress], egress: [{ action: Allow, protocol: TCP, destination: { ${destination} } }]`,
        ),
    );
  const into = (destination: string): World =>
    new World(
      cluster +
        gnp(
          'p',
          `selector: 'app == "server"', types: [Ingress], ingress: [{ action: Allow, protocol: TCP, destination: { ${destination} } }]`,
        ),
    );

  it.each([
    ['ports: [http]', 'allow', 'deny'],
    [`selector: 'app == "server"', ports: [http]`, 'allow', 'deny'],
    ['selector: has(kind), ports: [http]', 'deny', 'deny'],
    ['selector: has(kind), ports: [8080]', 'allow', 'deny'],
    ['selector: has(kind), ports: [9, http]', 'deny', 'allow'],
    [`selector: has(kind) || app == "server", ports: [http]`, 'allow', 'deny'],
    ['notPorts: [http]', 'deny', 'allow'],
    [`selector: 'app == "server"', notPorts: [http]`, 'deny', 'allow'],
    ['selector: has(kind), notPorts: [http]', 'allow', 'allow'],
    [`notSelector: 'app == "nobody"', ports: [http]`, 'allow', 'deny'],
  ])('{ %s } is the same on the way out and on the way in', (destination, on8080, on9) => {
    for (const world of [to(destination), into(destination)]) {
      expect(world.ask('app/client', 'app/server', 'TCP 8080')).toBe(on8080);
      expect(world.ask('app/client', 'app/server', 'TCP 9')).toBe(on9);
    }
  });

  it('are told apart between pods that one rule reaches by label and by address', () => {
    const other = known('other', '10.244.0.3', '{ name: http, containerPort: 9090 }');
    const rule = gnp(
      'p',
      `types: [Ingress], ingress: [{ action: Allow, protocol: TCP, destination: { selector: 'has(kind) || app == "server"', ports: [http] } }]`,
    );
    const world = new World(cluster + other + rule);
    expect(world.ask('app/client', 'app/server', 'TCP 8080')).toBe('allow');
    expect(world.ask('app/client', 'app/other', 'TCP 9090')).toBe('deny');
  });

  it('stay in the namespace of a NetworkPolicy as its selectors do', () => {
    const rule = (name: string): string =>
      calicoNp(
        'elsewhere',
        name,
        `types: [Egress], egress: [{ action: Allow, protocol: TCP, destination: { selector: '!has(nothing)', ports: [http] } }]`,
      );
    const set = object(
      'projectcalico.org/v3',
      'NetworkSet',
      'own',
      'nets: [10.244.0.0/16]',
      'namespace: elsewhere',
    );
    const world = new World(cluster + set + pod('elsewhere', 'x') + rule('p'));
    expect(world.ask('elsewhere/x', 'app/server', 'TCP 8080')).toBe('deny');
  });

  it('of the source are looked up at the sources that its selector names', () => {
    const from = (source: string): string =>
      new World(
        cluster +
          gnp(
            'p',
            `selector: 'app == "client"', types: [Ingress], ingress: [{ action: Allow, protocol: TCP, source: { ${source} } }]`,
          ),
      ).ask('app/server', 'app/client');
    expect(from('ports: [http]')).toBe('unknown');
    expect(from(`selector: 'app == "server"', ports: [http]`)).toBe('unknown');
    expect(from('selector: has(kind), ports: [http]')).toBe('deny');
    expect(from('selector: has(kind), notPorts: [http]')).toBe('allow');
  });
});

describe('port names of init containers (calico-policy-model 5.5)', () => {
  const init = `initContainers: [{ name: prepare, image: registry.example/app:1, ports: [{ name: setup, containerPort: 7000 }] }], `;
  const pods = known('client', '10.244.0.1', '') + known('server', '10.244.0.2', HTTP, init);

  it('count for Calico, on the way out and on the way in', () => {
    const rules = 'action: Allow, protocol: TCP, destination: { ports: [setup] }';
    const out = gnp('p', `selector: 'app == "client"', types: [Egress], egress: [{ ${rules} }]`);
    const into = gnp('p', `selector: 'app == "server"', types: [Ingress], ingress: [{ ${rules} }]`);
    for (const policy of [out, into]) {
      const world = new World(pods + policy);
      expect(world.ask('app/client', 'app/server', 'TCP 7000')).toBe('allow');
      expect(world.ask('app/client', 'app/server', 'TCP 8080')).toBe('deny');
    }
  });

  it('are no target ports of a Service: Kubernetes looks those up', () => {
    const service = `---
apiVersion: v1
kind: Service
metadata: { namespace: app, name: svc }
spec: { selector: { app: server }, ports: [{ port: 80, targetPort: setup }] }
`;
    const policy = gnp(
      'p',
      `selector: 'app == "client"', types: [Egress], egress: [{ action: Allow, destination: { services: { namespace: app, name: svc } } }]`,
    );
    expect(new World(pods + service + policy).ask('app/client', 'app/server', 'TCP 7000')).toBe('deny');
  });

  it('tell pods apart that have the same containers', () => {
    const alike = pod('app', 'server', 'app: x', init.replace(/, $/, '')) + pod('app', 'bare', 'app: x');
    const policy = gnp(
      'p',
      `types: [Ingress], ingress: [{ action: Allow, protocol: TCP, destination: { ports: [setup] } }]`,
    );
    const world = new World(alike + pod('app', 'client') + policy);
    expect(world.ask('app/client', 'app/server', 'TCP 7000')).toBe('allow');
    expect(world.ask('app/client', 'app/bare', 'TCP 7000')).toBe('deny');
  });
});
