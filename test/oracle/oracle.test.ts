import type { Packet } from './flow';
import type { ClusterNetworkPolicyManifest, Manifest, NetworkPolicySpec, PodSpec } from './manifest';
import { verdict, type Verdict } from './packet';
import { both, deployment, namespace, pod, policy, tcp, udp } from './small-cluster';

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

  it('leaves open what policies deny from addresses of nodes, which may be the own node of the pod (item 13)', () => {
    const manifests = [...cluster, policy('app', {})];
    const options = { nodeCidrs: ['192.168.7.0/24'] };
    expect(both(manifests, tcp({ ip: '192.168.7.9' }, b, 80), options)).toBe('undecided');
    expect(both(manifests, tcp({ ip: '192.168.8.9' }, b, 80), options)).toBe('deny');
    expect(both(manifests, tcp({ ip: '192.168.7.9' }, b, 80))).toBe('deny');
  });

  it('looks names up at init containers that end only where Calico enforces (calico-policy-model 5.5)', () => {
    const init = { name: 'prepare', image: 'x', ports: [{ name: 'setup', containerPort: 7000 }] };
    const server = deployment('app', 'server', { app: 'server' }, { initContainers: [init] });
    const manifests = [...cluster, server, policy('app', { ingress: [{ ports: [{ port: 'setup' }] }] })];
    const packet = tcp(c, pod('app', 'server'), 7000);
    expect(both(manifests, packet, { cni: 'kubernetes' })).toBe('deny');
    expect(both(manifests, packet, { cni: 'calico' })).toBe('allow');
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
