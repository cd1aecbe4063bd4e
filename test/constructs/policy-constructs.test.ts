import { Chart, Testing } from 'cdk8s';
import {
  CalicoNetworkPolicy,
  GlobalNetworkPolicy,
  GlobalNetworkSet,
  NetworkPolicy,
  NetworkSet,
  Peer,
  Sel,
  Tier,
} from 'cdk8s-intents';
import { attach, deployment, find, namespace, synth } from './apps';

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

describe('Calico constructs', () => {
  it('write default-deny-egress as it circulates (calico-policy-model 6.2), and its traps are findings', () => {
    const app = Testing.app();
    const cluster = new Chart(app, 'cluster', { namespace: 'ops' });
    new GlobalNetworkPolicy(cluster, 'default-deny-egress', {
      namespaceSelector: Sel.label('projectcalico.org/name')
        .exists()
        .and(Sel.label('projectcalico.org/name').notIn(['kube-system', 'calico-system', 'calico-apiserver'])),
      types: ['Egress'],
      egress: [
        { action: 'Allow', protocol: 'UDP', destination: { selector: 'k8s-app == "kube-dns"', ports: [53] } },
        { action: 'Allow', protocol: 'TCP', destination: { nets: ['0.0.0.0/0'], ports: [443] } },
        { action: 'Allow', protocol: 'TCP', destination: { nets: ['10.0.0.0/16', '172.20.0.0/16'] } },
      ],
    });
    deployment(namespace(app, 'otterize-system'), 'otterize-intents-operator');
    const { findings } = attach(app);
    expect(synth(cluster)).toEqual([
      {
        apiVersion: 'projectcalico.org/v3',
        kind: 'GlobalNetworkPolicy',
        metadata: { name: 'default-deny-egress' },
        spec: {
          tier: 'default',
          namespaceSelector:
            '(has(projectcalico.org/name) && projectcalico.org/name not in {"calico-apiserver", "calico-system", "kube-system"})',
          types: ['Egress'],
          egress: [
            {
              action: 'Allow',
              protocol: 'UDP',
              destination: { selector: 'k8s-app == "kube-dns"', ports: [53] },
            },
            { action: 'Allow', protocol: 'TCP', destination: { nets: ['0.0.0.0/0'], ports: [443] } },
            { action: 'Allow', protocol: 'TCP', destination: { nets: ['10.0.0.0/16', '172.20.0.0/16'] } },
          ],
        },
      },
    ]);
    expect(findings().map(({ id }) => id)).toEqual(
      expect.arrayContaining([
        'dns-selector-any-namespace',
        'dns-udp-only',
        'exemption-misses-intents-operator',
        'in-cluster-tcp-only',
        'ipv4-only-internet',
      ]),
    );
  });

  it('write namespaced policies, sets and tiers, and carry no namespace where there is none', () => {
    const scope = chart();
    new CalicoNetworkPolicy(scope, 'team', {
      order: 10,
      selector: Sel.label('app').is('db'),
      types: ['Ingress'],
      ingress: [{ action: 'Deny', source: { notSelector: 'app == "backend"' } }],
    });
    new NetworkSet(scope, 'partners', {
      labels: { role: 'partner' },
      nets: ['203.0.113.0/24', '198.51.100.0/24', '203.0.113.0/24'],
    });
    new GlobalNetworkSet(scope, 'world', { labels: { role: 'world' }, nets: ['2001:db8::/32'] });
    new Tier(scope, 'platform', { order: 500, defaultAction: 'Pass' });
    expect(synth(scope)).toEqual([
      expect.objectContaining({
        kind: 'NetworkPolicy',
        metadata: { name: 'team', namespace: 'production-db' },
      }),
      {
        apiVersion: 'projectcalico.org/v3',
        kind: 'NetworkSet',
        metadata: { name: 'partners', namespace: 'production-db', labels: { role: 'partner' } },
        spec: { nets: ['198.51.100.0/24', '203.0.113.0/24'] },
      },
      {
        apiVersion: 'projectcalico.org/v3',
        kind: 'GlobalNetworkSet',
        metadata: { name: 'world', labels: { role: 'world' } },
        spec: { nets: ['2001:db8::/32'] },
      },
      {
        apiVersion: 'projectcalico.org/v3',
        kind: 'Tier',
        metadata: { name: 'platform' },
        spec: { order: 500, defaultAction: 'Pass' },
      },
    ]);
  });

  it.each([
    [
      'a selector that does not parse',
      { types: ['Ingress' as const], selector: 'app = "db"' },
      /^db\/p: .*selector/,
    ],
    ['no types', { types: [] }, /^db\/p: types is empty/],
    [
      'an empty rule list',
      { types: ['Ingress' as const], ingress: [] },
      /^db\/p: ingress is an empty list\. To deny all, leave it out/,
    ],
    [
      'rules of a direction it does not govern',
      { types: ['Ingress' as const], egress: [{ action: 'Allow' as const }] },
      /egress rules without 'Egress' in types have no effect/,
    ],
    [
      'ports without protocol',
      { types: ['Egress' as const], egress: [{ action: 'Allow' as const, destination: { ports: [80] } }] },
      /^db\/p: .*protocol/,
    ],
    [
      'host bits in nets',
      {
        types: ['Egress' as const],
        egress: [{ action: 'Allow' as const, destination: { nets: ['10.0.0.1/8'] } }],
      },
      /^db\/p: .*10\.0\.0\.1\/8/,
    ],
    [
      'both address families in a rule',
      {
        types: ['Egress' as const],
        egress: [{ action: 'Allow' as const, destination: { nets: ['10.0.0.0/8', 'fd00::/8'] } }],
      },
      /^db\/p: /,
    ],
    [
      'a range with a dash',
      {
        types: ['Egress' as const],
        egress: [{ action: 'Allow' as const, protocol: 'TCP' as const, destination: { ports: ['80-90'] } }],
      },
      /^db\/p: .*80-90/,
    ],
  ])('refuse %s at construction', (_what, props, message) => {
    expect(() => new GlobalNetworkPolicy(chart(), 'p', props)).toThrow(message);
  });

  const allow = (rule: object) => ({
    types: ['Egress' as const],
    egress: [{ action: 'Allow' as const, protocol: 'TCP' as const, ...rule }],
  });

  it.each([
    ['order', { types: ['Ingress' as const], order: NaN }, 'db/p: spec.order is not a number.'],
    [
      'no nets',
      allow({ destination: { nets: [] } }),
      /^db\/p: egress\[0\]\.destination\.nets is \[\]: .*no condition/,
    ],
    ['no ports', allow({ destination: { ports: [] } }), /destination\.ports is \[\]/],
    [
      'no accounts',
      allow({ source: { serviceAccounts: { names: [] } } }),
      /source\.serviceAccounts\.names is \[\]/,
    ],
    [
      'an empty side',
      allow({ destination: {} }),
      /^db\/p: egress\[0\]\.destination is \{\}: Calico reads it as everything/,
    ],
    [
      'an empty selector',
      { types: ['Ingress' as const], selector: '' },
      /^db\/p: selector is "": .*Write 'all\(\)'/,
    ],
    [
      'an empty namespaceSelector',
      { types: ['Ingress' as const], namespaceSelector: ' ' },
      /namespaceSelector is " "/,
    ],
    [
      'an empty selector of a rule',
      allow({ source: { selector: '' } }),
      /egress\[0\]\.source\.selector is ""/,
    ],
    [
      'a misspelt side',
      allow({ destnation: { ports: [80] } }),
      /egress\[0\]\.destnation .*Did you mean destination\?/,
    ],
    [
      'a misspelt condition',
      allow({ destination: { port: [80] } }),
      /destination\.port .*Did you mean ports\?/,
    ],
    [
      'a misspelt option',
      JSON.parse('{"types":["Ingress"],"selecter":"all()"}'),
      /selecter .*Did you mean selector\?/,
    ],
  ])('refuse %s, which would apply to more than was meant', (_what, props, message) => {
    expect(() => new GlobalNetworkPolicy(chart(), 'p', props)).toThrow(message);
  });

  it('refuse an order of a Tier that is no number', () => {
    expect(() => new Tier(chart(), 't', { order: NaN })).toThrow('db/t: spec.order is not a number.');
    expect(() => new Tier(chart(), 't', { order: Infinity })).toThrow('db/t: spec.order is not a number.');
  });

  it('put the tier before the name of a policy, once (calico-policy-model 1.4)', () => {
    const scope = chart();
    new GlobalNetworkPolicy(scope, 'p', { tier: 't', types: ['Ingress'] });
    new CalicoNetworkPolicy(scope, 'q', { tier: 't', name: 't.q', types: ['Ingress'] });
    new GlobalNetworkPolicy(scope, 'r', { types: ['Ingress'] });
    expect(synth(scope).map(({ metadata }) => metadata.name)).toEqual(['t.p', 't.q', 'r']);
    expect(() => new GlobalNetworkPolicy(scope, 's', { tier: 't', name: 'u.s', types: ['Ingress'] })).toThrow(
      /^db\/s: /,
    );
  });

  it('refuse sets that nothing could find or that hold nothing', () => {
    expect(() => new NetworkSet(chart(), 's', { labels: {}, nets: ['10.0.0.0/8'] })).toThrow(
      'db/s: a NetworkSet needs labels and nets.',
    );
    expect(() => new GlobalNetworkSet(chart(), 's', { labels: { a: 'b' }, nets: [] })).toThrow(
      'db/s: a GlobalNetworkSet needs labels and nets.',
    );
  });
});
