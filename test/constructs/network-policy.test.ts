import { Chart, Testing } from 'cdk8s';
import { NetworkPolicy, Peer } from 'cdk8s-intents';
import { find, synth } from './apps';

const chart = (): Chart => new Chart(Testing.app(), 'db', { namespace: 'production-db' });

describe('NetworkPolicy', () => {
  it('writes allow-production-backend as it is meant: both selectors in one peer (intent-systems D1)', () => {
    const scope = chart();
    new NetworkPolicy(scope, 'allow-production-backend', {
      pods: { app: 'db' },
      ingress: [
        { peers: [Peer.pods({ labels: { app: 'backend' }, namespaceLabels: { env: 'production' } })] },
      ],
    });
    expect(synth(scope)).toEqual([
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'allow-production-backend', namespace: 'production-db' },
        spec: {
          podSelector: { matchLabels: { app: 'db' } },
          policyTypes: ['Ingress'],
          ingress: [
            {
              from: [
                {
                  namespaceSelector: { matchLabels: { env: 'production' } },
                  podSelector: { matchLabels: { app: 'backend' } },
                },
              ],
            },
          ],
        },
      },
    ]);
  });

  it('writes every kind of peer and port', () => {
    const scope = chart();
    new NetworkPolicy(scope, 'many', {
      pods: 'all',
      labels: { owner: 'db-team' },
      ingress: [
        {
          peers: [
            Peer.pods({ namespace: 'tools' }),
            Peer.pods({ labels: { a: 'b' } }),
            Peer.pods({ anyNamespace: true }),
          ],
          ports: [80, 'http', { protocol: 'UDP' }, { protocol: 'TCP', port: 1, endPort: 9 }],
        },
        { peers: 'anyone', ports: [443] },
      ],
      egress: [{ peers: [Peer.addresses('10.0.0.0/8', { except: ['10.1.0.0/16'] })] }],
    });
    const { metadata, spec } = find(synth(scope), 'NetworkPolicy', 'many');
    expect(metadata.labels).toEqual({ owner: 'db-team' });
    expect(spec).toEqual({
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        {
          from: [
            { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'tools' } } },
            { podSelector: { matchLabels: { a: 'b' } } },
            { namespaceSelector: {} },
          ],
          ports: [
            { protocol: 'TCP', port: 80 },
            { protocol: 'TCP', port: 'http' },
            { protocol: 'UDP' },
            { protocol: 'TCP', port: 1, endPort: 9 },
          ],
        },
        { ports: [{ protocol: 'TCP', port: 443 }] },
      ],
      egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }] }],
    });
  });

  it.each([
    [
      'empty pods',
      { pods: {}, ingress: [] },
      /^db\/p: pods is empty, which Kubernetes reads as every pod\. Write pods: 'all'/,
    ],
    ['no direction', { pods: 'all' as const }, /^db\/p: it has neither ingress nor egress\./],
    [
      'no peers',
      { pods: 'all' as const, ingress: [{ peers: [] }] },
      /a rule has no peers, which Kubernetes reads as everyone/,
    ],
    [
      'no ports',
      { pods: 'all' as const, ingress: [{ peers: 'anyone' as const, ports: [] }] },
      /an empty list of ports, which Kubernetes reads as every port/,
    ],
    [
      'port 0',
      { pods: 'all' as const, ingress: [{ peers: 'anyone' as const, ports: [0] }] },
      /^db\/p: .*port.*0/,
    ],
    [
      'port as text',
      { pods: 'all' as const, ingress: [{ peers: 'anyone' as const, ports: ['80'] }] },
      /^db\/p: .*80/,
    ],
    [
      'endPort before port',
      {
        pods: 'all' as const,
        ingress: [{ peers: 'anyone' as const, ports: [{ protocol: 'TCP' as const, port: 9, endPort: 1 }] }],
      },
      /^db\/p: .*endPort/,
    ],
    [
      'no CIDR',
      { pods: 'all' as const, egress: [{ peers: [Peer.addresses('999.1.1.1/77')] }] },
      /^db\/p: .*999\.1\.1\.1\/77/,
    ],
    [
      'except outside',
      {
        pods: 'all' as const,
        egress: [{ peers: [Peer.addresses('10.0.0.0/8', { except: ['11.0.0.0/16'] })] }],
      },
      /^db\/p: .*11\.0\.0\.0\/16/,
    ],
    [
      'misspelt ports',
      { pods: 'all' as const, ingress: [JSON.parse('{"peers":"anyone","port":[80]}')] },
      /^db\/p: ingress\[0\]\.port .*Did you mean ports\?/,
    ],
    [
      'a misspelt port',
      {
        pods: 'all' as const,
        ingress: [{ peers: 'anyone' as const, ports: [JSON.parse('{"protocol":"TCP","prot":80}')] }],
      },
      /^db\/p: ingress\[0\]\.ports\[0\]\.prot .*Did you mean port\?/,
    ],
    [
      'a label that is not text',
      { pods: JSON.parse('{"app":null}'), ingress: [] },
      /^db\/p: pods\.app .*not text/,
    ],
    ['bad label', { pods: { app: 'a b' }, ingress: [] }, /^db\/p: .*a b/],
    ['bad name', { name: 'Not A Name', pods: 'all' as const, ingress: [] }, /^db\/p: .*Not A Name/],
  ])('refuses %s at construction', (_what, props, message) => {
    expect(() => new NetworkPolicy(chart(), 'p', props)).toThrow(message);
  });
});

describe('Peer.pods', () => {
  const written = (peer: Peer): unknown => {
    const scope = chart();
    new NetworkPolicy(scope, 'p', { pods: 'all', ingress: [{ peers: [peer] }] });
    return find(synth(scope), 'NetworkPolicy', 'p').spec.ingress[0].from[0];
  };

  it('keeps every condition: namespace and namespaceLabels hold together (network-policy-semantics: AND in one peer)', () => {
    expect(
      written(Peer.pods({ labels: { a: 'b' }, namespace: 'payments', namespaceLabels: { env: 'prod' } })),
    ).toEqual({
      namespaceSelector: { matchLabels: { env: 'prod', 'kubernetes.io/metadata.name': 'payments' } },
      podSelector: { matchLabels: { a: 'b' } },
    });
  });

  it('stands for every pod only where that is said', () => {
    expect(written(Peer.pods({ anyPod: true }))).toEqual({ podSelector: {} });
    expect(written(Peer.pods({ anyPod: true, namespace: 'tools' }))).toEqual({
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'tools' } },
    });
    expect(written(Peer.pods({ anyPod: true, anyNamespace: true }))).toEqual({ namespaceSelector: {} });
  });

  it.each([
    ['nothing', {}, /^Peer\.pods is \{\}: it would stand for every pod .* write anyPod: true/],
    ['no labels', { labels: {}, namespace: 'x' }, /^Peer\.pods\.labels .*every pod\..*anyPod: true/],
    [
      'no namespace labels',
      { labels: { a: 'b' }, namespaceLabels: {} },
      /^Peer\.pods\.namespaceLabels .*every namespace\..*anyNamespace: true/,
    ],
    ['an empty namespace', { namespace: '' }, /^Peer\.pods\.namespace is ""/],
    [
      'any namespace and one',
      { namespace: 'x', anyNamespace: true },
      /^Peer\.pods\.anyNamespace .*namespace is given too/,
    ],
    [
      'any namespace and some',
      { namespaceLabels: { a: 'b' }, anyNamespace: true },
      /^Peer\.pods\.anyNamespace .*namespaceLabels is given too/,
    ],
    ['any pod and some', { labels: { a: 'b' }, anyPod: true }, /^Peer\.pods\.anyPod .*labels is given too/],
    [
      'two names of a namespace',
      { namespace: 'x', namespaceLabels: { 'kubernetes.io/metadata.name': 'y' } },
      /no namespace has two names/,
    ],
    ['a bad label', { labels: { a: 'b c' } }, /^Peer\.pods\.labels\.a is "b c"/],
    ['a label without value', JSON.parse('{"labels":{"a":null}}'), /^Peer\.pods\.labels\.a .*not text/],
    [
      'a misspelt option',
      JSON.parse('{"label":{"a":"b"},"namespace":"x"}'),
      /^Peer\.pods\.label .*Did you mean labels\?/,
    ],
  ])('refuses %s', (_what, options, message) => {
    expect(() => Peer.pods(options)).toThrow(message);
  });
});
