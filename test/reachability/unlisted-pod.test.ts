import { buildCluster } from '../../src/model/build-cluster';
import { readPolicies } from '../../src/policies/read-policies';
import {
  policiesOfNamespaces,
  smallCluster,
  unlistedWorkload,
} from '../../src/reachability/ends/unlisted-pod';
import type { PodPeer } from '../../src/reachability/reachability';
import { resourcesOf } from '../policies/resource-fixture';
import { calicoNp, cidrs, gnp, netpol, object, pod, World } from './world';

const stranger = (namespace: string, more: Omit<Partial<PodPeer>, 'type'> = {}): PodPeer => ({
  type: 'pod',
  namespace,
  labels: {},
  ...more,
});

const namespace = (name: string, labels: string): string =>
  `---\napiVersion: v1\nkind: Namespace\nmetadata: { name: ${name}, labels: { ${labels} } }\n`;

const FROM_TEAM =
  'podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: x } } }] }]';

describe('the namespace of a pod that is not in the manifests', () => {
  it('has the labels that are given with it, and no other namespace has', () => {
    const world = new World(netpol('one', 'p', FROM_TEAM) + netpol('two', 'p', FROM_TEAM));
    const [one, two] = [stranger('one', { namespaceLabels: { team: 'x' } }), stranger('two')];
    expect(world.ask(one, two)).toBe('allow');
    expect(world.ask(two, one)).toBe('deny');
  });

  it('has them with every pod of it, whichever is given with them', () => {
    const world = new World(netpol('one', 'p', FROM_TEAM));
    const [told, untold] = [
      stranger('one', { namespaceLabels: { team: 'x' } }),
      stranger('one', { labels: { a: 'b' } }),
    ];
    expect(world.ask(untold, told)).toBe('allow');
    expect(world.ask(told, untold)).toBe('allow');
    expect(world.ask(untold, untold)).toBe('deny');
  });

  it('has those of the manifests where none are given', () => {
    const world = new World(namespace('one', 'team: x') + netpol('two', 'p', FROM_TEAM));
    expect(world.ask(stranger('one'), stranger('two'))).toBe('allow');
    expect(world.ask(stranger('one', { namespaceLabels: {} }), stranger('two'))).toBe('deny');
  });
});

describe('a pod that is not in the manifests', () => {
  it('has no network address that policies of Calico know, but meets the sets of other namespaces (4.3)', () => {
    const set = object(
      'projectcalico.org/v3',
      'NetworkSet',
      's',
      'nets: [9.9.9.0/24]',
      'namespace: sets, labels: { kind: set }',
    );
    const rule = "{ action: Allow, destination: { selector: kind == 'set', namespaceSelector: env == 'x' } }";
    const policy = gnp('g', `types: [Egress], egress: [${rule}]`);
    const world = new World(namespace('sets', 'env: x') + set + policy);
    expect(world.ask(stranger('shop'), '9.9.9.9')).toBe('allow');
    expect(world.ask(stranger('shop'), '9.9.8.9')).toBe('deny');
    const elsewhere = new World(namespace('sets', 'env: y') + set + policy);
    expect(elsewhere.ask(stranger('shop'), '9.9.9.9')).toBe('deny');
  });

  it('reaches the hosts a Service stands for, and is told of no workload but them', () => {
    const host = `${pod('kube-system', 'agent', 'app: agent', 'hostNetwork: true').trimEnd()}\nstatus: { podIP: 192.168.1.5, hostIP: 192.168.1.5, podIPs: [{ ip: 192.168.1.5 }] }\n`;
    const service = `---
apiVersion: v1
kind: Service
metadata: { namespace: kube-system, name: agent }
spec: { selector: { app: agent }, ports: [{ port: 80, targetPort: 9100 }] }
`;
    const policy = gnp(
      'g',
      'types: [Egress], egress: [{ action: Allow, destination: { services: { name: agent, namespace: kube-system } } }]',
    );
    const world = new World(host + service + policy, { nodeCidrs: cidrs('192.168.1.0/24') });
    // Which of the nodes it is that the host-network pod runs on, nobody knows.
    expect(world.ask(stranger('shop'), '192.168.1.5', 'TCP 9100')).toBe('unknown');
    expect(world.ask(stranger('shop'), '192.168.1.5', 'TCP 80')).toBe('deny');
    expect(world.ask(stranger('shop'), '192.168.2.5', 'TCP 9100')).toBe('deny');
    expect(world.ask(stranger('shop'), 'kube-system/agent', 'TCP 9100')).toBe('allow');
  });

  it('is of the service account that is given, else of the one named default (calico-policy-model 4.2)', () => {
    const account =
      "selector: projectcalico.org/orchestrator == 'k8s', serviceAccountSelector: role == 'closed'";
    const accounts = ['closed', 'default'].map(
      (name) =>
        `---\napiVersion: v1\nkind: ServiceAccount\nmetadata: { namespace: shop, name: ${name}, labels: { role: ${name} } }\n`,
    );
    const world = new World(accounts.join('') + gnp('g', `${account}, types: [Ingress]`));
    expect(world.ask(stranger('other'), stranger('shop'))).toBe('allow');
    expect(world.ask(stranger('other'), stranger('shop', { serviceAccount: 'closed' }))).toBe('deny');
    const byDefault = new World(
      accounts.join('') + gnp('g', "serviceAccountSelector: role == 'default', types: [Ingress]"),
    );
    expect(byDefault.ask(stranger('other'), stranger('shop'))).toBe('deny');
  });

  it('may declare any number under a name, or none (network-policy-semantics 2.1 item 9)', () => {
    const ports = 'ports: [{ port: web }, { port: 9090 }]';
    const world = new World(
      netpol('shop', 'in', `podSelector: {}, ingress: [{ ${ports} }]`) +
        pod('far', 'api') +
        netpol(
          'far',
          'out',
          `podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ namespaceSelector: {} }], ${ports} }]`,
        ),
    );
    expect(world.ask('1.2.3.4', stranger('shop'))).toBe('unknown');
    expect(world.ask('1.2.3.4', stranger('shop'), 'TCP 9090')).toBe('allow');
    expect(world.ask('1.2.3.4', stranger('shop'), 'UDP 80')).toBe('deny');
    expect(world.ask('far/api', stranger('tools'))).toBe('unknown');
    expect(world.ask('far/api', stranger('tools'), 'TCP 9090')).toBe('allow');
    expect(world.ask('far/api', stranger('tools'), 'UDP 80')).toBe('deny');
    // A container port is at least 1.
    expect(world.ask('far/api', stranger('tools'), 'TCP 0')).toBe('deny');
  });

  it.each([
    ['ports: [web]', 'unknown', 'unknown'],
    ['ports: [web, 9090]', 'unknown', 'allow'],
    // Which number is left out is not known, so every one may be.
    ['notPorts: [web]', 'unknown', 'unknown'],
  ])('does so for Calico too: %s (calico-policy-model 5.5)', (ports, at80, at9090) => {
    const rule = `{ action: Allow, protocol: TCP, destination: { selector: all(), ${ports} } }`;
    const world = new World(pod('far', 'api') + gnp('g', `types: [Egress], egress: [${rule}]`));
    expect(world.ask('far/api', stranger('tools'))).toBe(at80);
    expect(world.ask('far/api', stranger('tools'), 'TCP 9090')).toBe(at9090);
    expect(world.ask('far/api', stranger('tools'), 'UDP 80')).toBe('deny');
  });

  it('may send from a port of a name that Calico asks for (calico-policy-model 5.5)', () => {
    const rule = '{ action: Allow, protocol: TCP, source: { ports: [web] } }';
    const world = new World(pod('far', 'api') + gnp('g', `types: [Ingress], ingress: [${rule}]`));
    expect(world.ask(stranger('tools'), 'far/api')).toBe('unknown');
    expect(world.ask('far/api', 'far/api')).toBe('deny');
  });

  it('may serve the target port of a Service that has a name (calico-policy-model 5.5)', () => {
    const service = `---
apiVersion: v1
kind: Service
metadata: { namespace: shop, name: db }
spec: { selector: { app: db }, ports: [{ port: 5432, targetPort: pg }] }
`;
    const rule = '{ action: Allow, destination: { services: { name: db, namespace: shop } } }';
    const world = new World(pod('far', 'api') + service + gnp('g', `types: [Egress], egress: [${rule}]`));
    const db = stranger('shop', { labels: { app: 'db' } });
    expect(world.ask('far/api', db, 'TCP 5432')).toBe('unknown');
    expect(world.ask('far/api', db, 'UDP 5432')).toBe('deny');
    expect(world.ask('far/api', stranger('shop'), 'TCP 5432')).toBe('deny');
  });

  it('is not on the host network and has not finished', () => {
    expect(new World('').ask('1.2.3.4', stranger('shop'))).toBe('allow');
  });

  it('is explained and judged from each side, and asked twice it is the same', () => {
    const world = new World(pod('shop', 'api', 'app: api') + netpol('shop', 'p', FROM_TEAM));
    const peer = stranger('one', { labels: { b: '1', a: '2' }, namespaceLabels: { team: 'x' } });
    const same = stranger('one', { labels: { a: '2', b: '1' }, namespaceLabels: { team: 'x' } });
    const api = world.workload('shop/api');
    for (const one of [peer, same]) {
      const { verdict, ingress } = world.reachability.explain(
        one,
        { type: 'workload', workload: api },
        6,
        80,
      );
      expect([verdict, ingress.decidedBy.map(({ policy }) => policy.name)]).toEqual(['allow', ['p']]);
      expect(world.reachability.side(api, 'ingress', one).allowed.contains(6, 80)).toBe(true);
      expect(world.reachability.side(api, 'egress', one).allowed.contains(6, 80)).toBe(true);
    }
    const other = world.reachability.explain(stranger('two'), { type: 'workload', workload: api }, 6, 80);
    expect([other.verdict, other.egress.verdict, other.ingress.verdict]).toEqual(['deny', 'allow', 'deny']);
    expect(world.reachability.side(api, 'ingress', stranger('two')).allowed.isEmpty).toBe(true);
  });
});

describe('what is looked at for such a pod', () => {
  const documents = [
    namespace('shop', 'team: x'),
    pod('shop', 'api', 'app: api'),
    pod('shop', 'other', 'app: other'),
    pod('kube-system', 'agent', '', 'hostNetwork: true'),
    netpol('shop', 'p', 'podSelector: {}'),
    netpol('elsewhere', 'q', 'podSelector: {}'),
    calicoNp('shop', 'r', 'types: [Ingress]'),
    calicoNp('elsewhere', 's', 'types: [Ingress]'),
    gnp('t', 'types: [Ingress]'),
    object('projectcalico.org/v3', 'GlobalNetworkSet', 'g', 'nets: [9.9.9.0/24]'),
    object('projectcalico.org/v3', 'NetworkSet', 'n', 'nets: [9.9.9.0/24]', 'namespace: sets'),
  ];
  const resources = resourcesOf(documents.join(''));
  const cluster = buildCluster(resources);
  const policies = readPolicies(resources);

  it('are the ends, hosts, and the namespaces of these and of network sets', () => {
    const ends = cluster.workloads.filter(({ name }) => name === 'api');
    const host = cluster.workloads.filter(({ hostNetwork }) => hostNetwork);
    const small = smallCluster(cluster, policies, ends, [stranger('other', { namespaceLabels: { a: 'b' } })]);
    expect(small.workloads).toEqual([...ends, ...host]);
    expect(smallCluster(cluster, policies, [...ends, ...host], []).workloads).toEqual([...ends, ...host]);
    const { place, ...shop } = small.namespaces.get('shop') ?? {};
    expect(shop).toEqual({
      name: 'shop',
      declared: true,
      labels: { team: 'x', 'kubernetes.io/metadata.name': 'shop' },
    });
    expect(place).toBe(cluster.namespaces.get('shop')?.place);
    expect([...small.namespaces.values()].map(({ name, labels }) => [name, labels])).toEqual([
      ['shop', { team: 'x', 'kubernetes.io/metadata.name': 'shop' }],
      ['sets', { 'kubernetes.io/metadata.name': 'sets' }],
    ]);
    const far = smallCluster(cluster, policies, [unlistedWorkload(stranger('far'), 'x')], []).namespaces.get(
      'far',
    );
    expect(far).toMatchObject({
      name: 'far',
      declared: false,
      labels: { 'kubernetes.io/metadata.name': 'far' },
    });
  });

  it('are the policies of the namespaces, and those of none', () => {
    const { kubernetes, calico } = policiesOfNamespaces(policies, new Set(['shop']));
    expect([...kubernetes, ...calico].map(({ name }) => name)).toEqual(['p', 't', 'r']);
  });

  it('is a pod of the name, with what is said of it and nothing else', () => {
    const workload = unlistedWorkload(stranger('shop', { labels: { a: 'b' } }), 'unlisted-0');
    expect(workload).toMatchObject({
      id: 'shop/unlisted-0[Pod]',
      kind: 'Pod',
      group: '',
      labels: { a: 'b' },
      annotations: {},
      serviceAccount: 'default',
      hostNetwork: false,
      ports: [],
      portsUnknown: true,
      addresses: [],
      finished: false,
      resource: { apiVersion: 'v1', kind: 'Pod', name: 'unlisted-0', namespace: 'shop', manifest: {} },
    });
  });
});
