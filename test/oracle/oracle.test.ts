import type { Packet } from './flow';
import type {
  CalicoPolicyManifest,
  ClusterNetworkPolicyManifest,
  Labels,
  Manifest,
  NetworkPolicyManifest,
  NetworkPolicySpec,
  PodSpec,
} from './manifest';
import { verdict, type Options, type Verdict } from './packet';
import type { End } from './pods';

function namespace(name: string, labels: Labels = {}): Manifest {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

function deployment(
  ns: string,
  name: string,
  labels: Labels = { app: name },
  spec: Partial<PodSpec> = {},
): Manifest {
  const template = { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'x' }], ...spec } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace: ns, name },
    spec: { selector: { matchLabels: labels }, template },
  };
}

function pod(ns: string, name: string): End {
  return { namespace: ns, name, kind: 'Deployment' };
}

function policy(ns: string, spec: NetworkPolicySpec): NetworkPolicyManifest {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { namespace: ns, name: 'p' },
    spec,
  };
}

function gnp(name: string, spec: CalicoPolicyManifest['spec']): CalicoPolicyManifest {
  return { apiVersion: 'projectcalico.org/v3', kind: 'GlobalNetworkPolicy', metadata: { name }, spec };
}

function tcp(from: End, to: End, port: number): Packet {
  return { from, to, protocol: 6, port };
}

function udp(from: End, to: End, port: number): Packet {
  return { from, to, protocol: 17, port };
}

const both = (manifests: readonly Manifest[], packet: Packet, options: Options = {}): Verdict => {
  const [agreed, exact] = (['agreed', 'exact'] as const).map((precision) =>
    verdict(manifests, packet, options, precision),
  );
  if (agreed === undefined || agreed !== exact) throw new Error(`agreed ${agreed}, exact ${exact}`);
  return agreed;
};

describe('the oracle on network-policy-semantics 2.1', () => {
  const web: PodSpec['containers'] = [
    {
      name: 'main',
      image: 'x',
      ports: [
        { name: 'http', containerPort: 8080 },
        { name: 'dns', containerPort: 5353, protocol: 'UDP' },
      ],
    },
  ];
  const cluster = [
    namespace('app', { team: 'a' }),
    namespace('other'),
    deployment('app', 'a'),
    deployment('app', 'b', { app: 'b', empty: '' }, { containers: web }),
    deployment('other', 'c', { app: 'a' }),
    deployment('app', 'host', { app: 'a' }, { hostNetwork: true }),
  ];
  const [a, b, c, host] = [pod('app', 'a'), pod('app', 'b'), pod('other', 'c'), pod('app', 'host')];
  const outside = { ip: '8.8.8.8' };
  const toB = { podSelector: { matchLabels: { app: 'b' } } };
  const onlyA = { from: [{ podSelector: { matchLabels: { app: 'a' } } }] };

  it.each<[string, NetworkPolicySpec, Packet, Verdict]>([
    ['item 2: types default to ingress', { podSelector: {} }, tcp(a, b, 80), 'deny'],
    [
      'item 2: egress is not isolated without egress rules',
      { ...toB, egress: [] },
      tcp(b, outside, 80),
      'allow',
    ],
    [
      'item 2: egress rules isolate egress',
      { ...toB, egress: [{ ports: [{ port: 53 }] }] },
      tcp(b, outside, 80),
      'deny',
    ],
    ['item 3: an empty rule allows all', { ingress: [{}] }, udp(outside, b, 1), 'allow'],
    ['item 4: other namespaces are not selected', { podSelector: {} }, tcp(a, c, 80), 'allow'],
    ['item 5: an empty from is everybody', { ingress: [{ from: [] }] }, tcp(outside, b, 80), 'allow'],
    [
      'item 5: no ports is also ICMP',
      { ingress: [onlyA] },
      { from: a, to: b, protocol: 1, icmp: { type: 8, code: 0 } },
      'allow',
    ],
    ['item 6: podSelector alone means the own namespace', { ingress: [onlyA] }, tcp(c, b, 80), 'deny'],
    [
      'item 6: both selectors are ANDed',
      { ingress: [{ from: [{ ...onlyA.from[0], namespaceSelector: {} }] }] },
      tcp(c, b, 80),
      'allow',
    ],
    [
      'item 7: host bits are masked',
      { ingress: [{ from: [{ ipBlock: { cidr: '8.8.8.99/24' } }] }] },
      tcp(outside, b, 80),
      'allow',
    ],
    [
      'item 7: except cuts out',
      { ingress: [{ from: [{ ipBlock: { cidr: '8.0.0.0/8', except: ['8.8.8.8/32'] } }] }] },
      tcp(outside, b, 80),
      'deny',
    ],
    ['item 9: protocol defaults to TCP', { ingress: [{ ports: [{ port: 53 }] }] }, udp(a, b, 53), 'deny'],
    [
      'item 9: a protocol without port is all its ports',
      { ingress: [{ ports: [{ protocol: 'UDP' }] }] },
      udp(a, b, 1),
      'allow',
    ],
    [
      'item 9: a named port is looked up at the destination',
      { ingress: [{ ports: [{ port: 'http' }] }] },
      tcp(a, b, 8080),
      'allow',
    ],
    ['item 9: by name and protocol', { ingress: [{ ports: [{ port: 'dns' }] }] }, tcp(a, b, 5353), 'deny'],
    [
      'item 10: endPort is inclusive',
      { ingress: [{ ports: [{ port: 80, endPort: 90 }] }] },
      tcp(a, b, 90),
      'allow',
    ],
    [
      'item 11: NotIn matches without the key',
      { podSelector: { matchExpressions: [{ key: 'no', operator: 'NotIn', values: ['x'] }] } },
      tcp(a, b, 80),
      'deny',
    ],
    [
      'item 11: an empty value is a value',
      { podSelector: { matchExpressions: [{ key: 'empty', operator: 'Exists' }] } },
      tcp(a, b, 80),
      'deny',
    ],
    [
      'item 12: namespaces carry their name',
      {
        ingress: [
          { from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'other' } } }] },
        ],
      },
      tcp(c, b, 80),
      'allow',
    ],
    [
      'item 13: host-network pods are not peers, but may be of the same node',
      { ingress: [onlyA] },
      tcp(host, b, 80),
      'undecided',
    ],
    ['item 13: nor selected', { podSelector: {} }, tcp(a, host, 80), 'allow'],
    [
      'item 8: no block matches a pod of unknown address',
      { ingress: [{ from: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }] },
      tcp(a, b, 80),
      'deny',
    ],
  ])('%s', (_, spec, packet, expected) => {
    expect(both([...cluster, policy('app', spec)], packet)).toBe(expected);
  });

  it('decides a block against pods by podCidrs, and says when it cannot', () => {
    const blocked = (cidr: string): Manifest[] => [
      ...cluster,
      policy('app', { ingress: [{ from: [{ ipBlock: { cidr } }] }] }),
    ];
    const options = { podCidrs: ['10.0.0.0/16'] };
    expect(both(blocked('10.0.0.0/8'), tcp(c, b, 80), options)).toBe('allow');
    expect(both(blocked('10.1.0.0/16'), tcp(c, b, 80), options)).toBe('deny');
    expect(both(blocked('10.0.1.0/24'), tcp(c, b, 80), options)).toBe('undecided');
    expect(both(blocked('192.168.0.0/16'), tcp(host, b, 80))).toBe('undecided');
    expect(both(blocked('192.168.0.0/16'), tcp(host, b, 80), { nodeCidrs: ['192.168.7.0/24'] })).toBe(
      'allow',
    );
  });

  it('keeps blocks consistent with each other only where it is asked to be exact', () => {
    const halves = [{ ipBlock: { cidr: '10.0.0.0/17' } }, { ipBlock: { cidr: '10.0.128.0/17' } }];
    const manifests = [...cluster, policy('app', { ingress: [{ from: halves }] })];
    const options = { podCidrs: ['10.0.0.0/16'] };
    expect(verdict(manifests, tcp(c, b, 80), options, 'agreed')).toBe('undecided');
    expect(verdict(manifests, tcp(c, b, 80), options, 'exact')).toBe('allow');
  });
});

describe('the oracle on network-policy-semantics 2.2', () => {
  const cluster = [namespace('app'), deployment('app', 'a'), deployment('app', 'b')];
  const flow = tcp(pod('app', 'a'), pod('app', 'b'), 80);
  const cnp = (
    tier: 'Admin' | 'Baseline',
    priority: number,
    action: 'Accept' | 'Deny' | 'Pass',
  ): ClusterNetworkPolicyManifest => ({
    apiVersion: 'policy.networking.k8s.io/v1alpha2',
    kind: 'ClusterNetworkPolicy',
    metadata: { name: `${tier}-${priority}`.toLowerCase() },
    spec: { tier, priority, subject: { namespaces: {} }, ingress: [{ action, from: [{ namespaces: {} }] }] },
  });

  it.each<[string, Manifest[], Verdict]>([
    ['Accept of Admin wins over NetworkPolicy', [cnp('Admin', 5, 'Accept'), policy('app', {})], 'allow'],
    ['the lower priority comes first', [cnp('Admin', 5, 'Accept'), cnp('Admin', 4, 'Deny')], 'deny'],
    ['Pass leaves the tier', [cnp('Admin', 4, 'Pass'), cnp('Admin', 5, 'Accept'), policy('app', {})], 'deny'],
    [
      'NetworkPolicy wins over Baseline',
      [cnp('Baseline', 5, 'Deny'), policy('app', { ingress: [{}] })],
      'allow',
    ],
    ['Baseline decides for pods no NetworkPolicy isolates', [cnp('Baseline', 5, 'Deny')], 'deny'],
  ])('%s', (_, policies, expected) => {
    expect(both([...cluster, ...policies], flow)).toBe(expected);
    expect(both([...cluster, ...policies], flow, { cni: 'calico' })).toBe(expected);
  });
});

const EXEMPT = '"kube-system", "calico-system", "calico-apiserver"';
const SEED_CLUSTER = [
  namespace('app'),
  namespace('kube-system'),
  namespace('cert-manager'),
  namespace('calico-apiserver'),
  deployment('app', 'a'),
  deployment('app', 'b'),
  deployment('app', 'prometheus', { app: 'prometheus' }, { hostNetwork: true }),
  deployment('kube-system', 'coredns', { 'k8s-app': 'kube-dns' }),
  deployment('cert-manager', 'webhook'),
  deployment('calico-apiserver', 'apiserver'),
];
const [A, B, DNS] = [pod('app', 'a'), pod('app', 'b'), pod('kube-system', 'coredns')];
const API_SERVER = { ip: '192.168.0.10' };

describe('the oracle on the seed policy global-deny-ingress (calico-policy-model 6.1)', () => {
  const deny = gnp('global-deny-ingress', {
    namespaceSelector: `has(projectcalico.org/name) && projectcalico.org/name not in {${EXEMPT}, "otterize-system"}`,
    types: ['Ingress'],
  });
  const allowing = policy('app', {
    podSelector: { matchLabels: { app: 'b' } },
    ingress: [{ from: [{ podSelector: { matchLabels: { app: 'a' } } }] }],
  });

  it.each<[string, Manifest[], Packet, Verdict]>([
    ['1 pod to pod', [], tcp(A, B, 80), 'deny'],
    ['2 with a NetworkPolicy that allows it', [allowing], tcp(A, B, 80), 'allow'],
    [
      '3, 4 host-network pod of the same node or another',
      [],
      tcp(pod('app', 'prometheus'), B, 80),
      'undecided',
    ],
    ['5 API server to a webhook', [], tcp(API_SERVER, pod('cert-manager', 'webhook'), 10250), 'deny'],
    [
      '6 API server to calico-apiserver',
      [],
      tcp(API_SERVER, pod('calico-apiserver', 'apiserver'), 5443),
      'allow',
    ],
    ['7 Internet to a pod', [], tcp({ ip: '1.2.3.4' }, A, 80), 'deny'],
    ['8 into a host-network controller', [], tcp({ ip: '1.2.3.4' }, pod('app', 'prometheus'), 80), 'allow'],
    ['9 pod to CoreDNS', [], udp(A, DNS, 53), 'allow'],
    ['10 CoreDNS to a pod', [], tcp(DNS, B, 80), 'deny'],
  ])('%s', (_, more, packet, expected) => {
    expect(both([...SEED_CLUSTER, deny, ...more], packet)).toBe(expected);
  });
});

describe('the oracle on the seed policy default-deny-egress (calico-policy-model 6.2)', () => {
  const deny = gnp('default-deny-egress', {
    namespaceSelector: `has(projectcalico.org/name) && projectcalico.org/name not in {${EXEMPT}}`,
    types: ['Egress'],
    egress: [
      { action: 'Allow', protocol: 'UDP', destination: { selector: 'k8s-app == "kube-dns"', ports: ['53'] } },
      { action: 'Allow', protocol: 'TCP', destination: { nets: ['0.0.0.0/0'], ports: ['443'] } },
      { action: 'Allow', protocol: 'TCP', destination: { nets: ['10.0.0.0/16', '172.20.0.0/16'] } },
    ],
  });
  const overlay = { podCidrs: ['10.244.0.0/16'] };
  const vpc = { podCidrs: ['10.0.128.0/17'] };

  it.each<[string, Packet, Options, Verdict]>([
    ['1 UDP 53 to CoreDNS', udp(A, DNS, 53), overlay, 'allow'],
    ['2 TCP 53 to CoreDNS', tcp(A, DNS, 53), overlay, 'deny'],
    ['3 NodeLocal DNSCache', udp(A, { ip: '169.254.20.10' }, 53), overlay, 'deny'],
    ['5 API server after DNAT', tcp(A, API_SERVER, 6443), overlay, 'deny'],
    ['5 API server of EKS', tcp(A, { ip: '10.0.3.4' }, 443), overlay, 'allow'],
    ['6 pod to pod inside the VPC', tcp(A, B, 80), vpc, 'allow'],
    ['7 pod to pod in an overlay', tcp(A, B, 80), overlay, 'deny'],
    ['7 on port 443', tcp(A, B, 443), overlay, 'allow'],
    ['8 UDP pod to pod', udp(A, B, 80), vpc, 'deny'],
    ['9 IPv6', tcp(A, { ip: '2001:db8::1' }, 443), overlay, 'deny'],
    ['10 database in the VPC', tcp(A, { ip: '10.0.5.5' }, 5432), overlay, 'allow'],
    ['11 metadata service', tcp(A, { ip: '169.254.169.254' }, 80), overlay, 'deny'],
  ])('%s', (_, packet, options, expected) => {
    expect(both([...SEED_CLUSTER, deny], packet, options)).toBe(expected);
  });

  it('14: its Allow widens what a NetworkPolicy isolates', () => {
    const isolated = policy('app', { policyTypes: ['Egress'] });
    expect(both([...SEED_CLUSTER, isolated], tcp(A, { ip: '1.1.1.1' }, 443))).toBe('deny');
    expect(both([...SEED_CLUSTER, isolated, deny], tcp(A, { ip: '1.1.1.1' }, 443))).toBe('allow');
  });
});

describe('the oracle on calico-policy-model 4.3 and 5.3', () => {
  const set: Manifest = {
    apiVersion: 'projectcalico.org/v3',
    kind: 'GlobalNetworkSet',
    metadata: { name: 's', labels: { k: 'v' } },
    spec: { nets: ['1.0.0.0/8'] },
  };
  const np = (rule: CalicoPolicyManifest['spec']['ingress']): Manifest => ({
    apiVersion: 'projectcalico.org/v3',
    kind: 'NetworkPolicy',
    metadata: { name: 'n', namespace: 'app' },
    spec: { types: ['Ingress'], ingress: rule ?? [] },
  });
  const inSet = { ip: '1.2.3.4' };
  const notSet = { ip: '9.9.9.9' };

  it.each<[string, Manifest, Packet, Verdict]>([
    [
      'a bare selector of a GNP matches global sets',
      gnp('g', { ingress: [{ action: 'Allow', source: { selector: 'k == "v"' } }] }),
      tcp(inSet, A, 1),
      'allow',
    ],
    [
      'not in a namespaced policy',
      np([{ action: 'Allow', source: { selector: 'k == "v"' } }]),
      tcp(inSet, A, 1),
      'deny',
    ],
    [
      'but with global()',
      np([{ action: 'Allow', source: { selector: 'k == "v"', namespaceSelector: 'global()' } }]),
      tcp(inSet, A, 1),
      'allow',
    ],
    [
      'notSelector alone in a GNP is any other address',
      gnp('g', { ingress: [{ action: 'Allow', source: { notSelector: 'k == "v"' } }] }),
      tcp(notSet, A, 1),
      'allow',
    ],
    [
      'and excludes the addresses of the set',
      gnp('g', { ingress: [{ action: 'Allow', source: { notSelector: 'k == "v"' } }] }),
      tcp(inSet, A, 1),
      'deny',
    ],
    [
      'notSelector in a NetworkPolicy limits to the namespace',
      np([{ action: 'Allow', source: { notSelector: 'k == "v"' } }]),
      tcp(notSet, A, 1),
      'deny',
    ],
    [
      'which it lets in',
      np([{ action: 'Allow', source: { notSelector: 'k == "v"' } }]),
      tcp(B, A, 1),
      'allow',
    ],
    ['Pass of the last tier allows', gnp('g', { ingress: [{ action: 'Pass' }] }), tcp(B, A, 1), 'allow'],
    ['Log goes on', gnp('g', { ingress: [{ action: 'Log' }] }), tcp(B, A, 1), 'deny'],
    [
      'notNets of another family never matches',
      gnp('g', { ingress: [{ action: 'Allow', source: { notNets: ['10.0.0.0/8'] } }] }),
      tcp({ ip: 'fd00::1' }, A, 1),
      'deny',
    ],
  ])('%s', (_, calico, packet, expected) => {
    expect(both([...SEED_CLUSTER, set, calico], packet)).toBe(expected);
  });

  it('breaks ties of orders by name/namespace/kind', () => {
    const rule = (name: string, action: 'Allow' | 'Deny'): Manifest =>
      gnp(name, { order: 1000, ingress: [{ action }] });
    const knp = policy('app', { ingress: [{}] });
    expect(both([...SEED_CLUSTER, rule('z', 'Deny'), rule('b', 'Allow')], tcp(B, A, 1))).toBe('allow');
    expect(both([...SEED_CLUSTER, rule('o', 'Deny'), knp], tcp(B, A, 1))).toBe('deny');
    expect(both([...SEED_CLUSTER, rule('q', 'Deny'), knp], tcp(B, A, 1))).toBe('allow');
  });

  it('puts a Tier without order where the API server does, at 1,000,000 (1.2): here before `default` by name', () => {
    const tier: Manifest = {
      apiVersion: 'projectcalico.org/v3',
      kind: 'Tier',
      metadata: { name: 'ahead' },
      spec: {},
    };
    const deny = gnp('g', { tier: 'ahead', ingress: [{ action: 'Deny' }] });
    const allow = gnp('h', { order: 1, ingress: [{ action: 'Allow' }] });
    expect(both([...SEED_CLUSTER, tier, deny, allow], tcp(B, A, 1))).toBe('deny');
  });

  it('matches the endpoints of a Service by address, protocol and target port (5.5), and does not guess unknown ones', () => {
    const service: Manifest = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace: 'app', name: 's' },
      spec: { selector: { app: 'b' }, ports: [{ port: 80, targetPort: 8080 }] },
    };
    const to = (name: string): Manifest =>
      gnp('g', {
        types: ['Egress'],
        egress: [{ action: 'Allow', destination: { services: { name, namespace: 'app' } } }],
      });
    expect(both([...SEED_CLUSTER, service, to('s')], tcp(A, B, 8080))).toBe('allow');
    expect(both([...SEED_CLUSTER, service, to('s')], tcp(A, B, 80))).toBe('deny');
    expect(both([...SEED_CLUSTER, service, to('missing')], tcp(A, B, 80))).toBe('undecided');
    expect(
      both([...SEED_CLUSTER, service, to('missing')], {
        from: A,
        to: B,
        protocol: 1,
        icmp: { type: 8, code: 0 },
      }),
    ).toBe('deny');
  });
});
