import type { Packet } from './flow';
import type { CalicoPolicyManifest, Manifest } from './manifest';
import type { Options, Verdict } from './packet';
import { both, deployment, gnp, namespace, pod, policy, tcp, udp } from './small-cluster';

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
    [
      'notNets that leave no address of a family never match there (none-of, 5.5)',
      gnp('g', { ingress: [{ action: 'Allow', source: { notNets: ['0.0.0.0/1', '128.0.0.0/1'] } }] }),
      tcp(B, A, 1),
      'deny',
    ],
  ])('%s', (_, calico, packet, expected) => {
    expect(both([...SEED_CLUSTER, set, calico], packet)).toBe(expected);
  });

  describe('ties of orders', () => {
    const rule = (name: string, action: 'Allow' | 'Deny'): Manifest =>
      gnp(name, { order: 1000, ingress: [{ action }] });
    const knp = policy('app', { ingress: [{}] });
    /** It selects nobody. */
    const since332: Manifest = {
      apiVersion: 'policy.networking.k8s.io/v1alpha2',
      kind: 'ClusterNetworkPolicy',
      metadata: { name: 'idle' },
      spec: {
        tier: 'Admin',
        priority: 1,
        subject: { namespaces: { matchLabels: { no: 'body' } } },
        ingress: [{ action: 'Deny', from: [{ namespaces: {} }] }],
      },
    };

    it('are broken by the names that policies are kept under, up to 3.31 (PolKVLess of felix/calc in v3.31)', () => {
      expect(both([...SEED_CLUSTER, rule('z', 'Deny'), rule('b', 'Allow')], tcp(B, A, 1))).toBe('allow');
      // app/knp.default.p comes before default.a, the other way round than by name.
      expect(both([...SEED_CLUSTER, rule('a', 'Deny'), knp], tcp(B, A, 1))).toBe('allow');
    });

    it('are broken by name/namespace/kind from 3.32 on, which alone has ClusterNetworkPolicies', () => {
      const later = [...SEED_CLUSTER, since332];
      expect(both([...later, rule('z', 'Deny'), rule('b', 'Allow')], tcp(B, A, 1))).toBe('allow');
      expect(both([...later, rule('o', 'Deny'), knp], tcp(B, A, 1))).toBe('deny');
      expect(both([...later, rule('q', 'Deny'), knp], tcp(B, A, 1))).toBe('allow');
    });
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
