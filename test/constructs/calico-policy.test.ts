import { Chart, Testing } from 'cdk8s';
import {
  CalicoNetworkPolicy,
  GlobalNetworkPolicy,
  GlobalNetworkSet,
  NetworkSet,
  Sel,
  Tier,
} from 'cdk8s-intents';
import { attach, deployment, namespace, synth } from './apps';

const chart = (): Chart => new Chart(Testing.app(), 'db', { namespace: 'production-db' });

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
