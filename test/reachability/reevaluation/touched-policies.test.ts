import { changed, modelOf } from './changed-model';
import {
  calico,
  clusterWide,
  gnp,
  hostPod,
  ingressOf,
  namespace,
  pod,
  service,
  type Labels,
} from './objects';

const PODS = [pod('cart', { app: 'z' }), pod('other', { app: 'm' }), pod('web', { app: 'a' })];

const rule = (side: object, action = 'Allow'): object => ({ action, source: side });

function toPods(app: string, rules: readonly object[], spec: object = {}): object {
  return gnp(`to-${app}`, { selector: `app == '${app}'`, types: ['Ingress'], ingress: rules, ...spec });
}

function fromPods(app: string, rules: readonly object[]): object {
  return gnp(`from-${app}`, { selector: `app == '${app}'`, types: ['Egress'], egress: rules });
}

function networkSet(name: string, labels: Labels, ...nets: readonly string[]): object {
  return calico('GlobalNetworkSet', name, { nets }, { labels });
}

function placedSet(name: string, labels: Labels, ...nets: readonly string[]): object {
  return calico('NetworkSet', name, { nets }, { labels, namespace: 'sites' });
}

describe('a policy that has stayed means something else when a network set of its rules does', () => {
  const office = networkSet('office', { kind: 'office' }, '10.1.0.0/16');
  const moved = networkSet('office', { kind: 'office' }, '10.2.0.0/16');
  const POLICIES = [
    toPods('z', [rule({ selector: "kind == 'shop'" }), rule({ selector: "kind == 'office'" })]),
    toPods('m', [rule({ selector: "kind == 'shop'" })]),
    fromPods('a', [
      { action: 'Deny', destination: { notSelector: "kind == 'office'", nets: ['10.0.0.0/8'] } },
      { action: 'Allow' },
    ]),
  ];
  const base = [...PODS, ...POLICIES];

  it.each([
    ['comes', base, [...base, office]],
    ['goes', [...base, office], base],
    ['has other blocks', [...base, office], [...base, moved]],
    ['has other labels', [...base, networkSet('office', { kind: 'x' }, '10.1.0.0/16')], [...base, office]],
    ['loses its labels', [...base, office], [...base, networkSet('office', {}, '10.1.0.0/16')]],
    [
      'is one of several that differ',
      [...base, office, networkSet('site', { kind: 'site' }, '10.7.0.0/16')],
      [...base, moved, networkSet('site', { kind: 'site' }, '10.8.0.0/16')],
    ],
  ])('that %s: what a selector meets, and what a negated one leaves out', (_, before, after) => {
    const { names, whole } = changed(before, after);
    expect([names, whole]).toEqual([['cart ingress', 'web egress'], undefined]);
  });

  it('by the labels of its namespace too, which others do not have', () => {
    const rules = [rule({ namespaceSelector: "team == 'b'", selector: "kind == 'office'" })];
    const sites = (team: string): object => namespace('sites', { team });
    const set = placedSet('office', { kind: 'office' }, '10.1.0.0/16');
    const elsewhere = calico('NetworkSet', 'far', { nets: ['10.9.0.0/16'] }, { namespace: 'shop' });
    const offices = fromPods('a', [{ action: 'Allow', destination: { selector: "kind == 'office'" } }]);
    const policies = [
      ...PODS,
      toPods('z', rules),
      toPods('m', [rule({ selector: "kind == 'shop'" })]),
      offices,
    ];
    const all = [...policies, set, elsewhere, office];
    const both = ['cart ingress', 'web egress'];
    expect(changed([...all, sites('a')], [...all, sites('b')]).names).toEqual(both);
    expect(changed([...all, sites('b')], [...all, sites('a')]).names).toEqual(both);
    // Another namespace than the one of the set, and sets of no namespace.
    const other = (team: string): object => namespace('empty', { team });
    expect(changed([...all, other('a')], [...all, other('b')]).names).toEqual([]);
  });

  it('and is given out as it is in the model after the change', () => {
    const { names } = changed([...base, office], modelOf([...base, moved], 5));
    expect(names).toEqual(['cart ingress', 'web egress']);
    expect(changed([...base, office], modelOf([...base, office], 5)).names).toEqual([]);
  });

  it('but not one that is only staged, where staged policies are not asked for', () => {
    const staged = calico('StagedGlobalNetworkPolicy', 'to-m', {
      selector: "app == 'm'",
      types: ['Ingress'],
      ingress: [rule({ selector: "kind == 'office'" }, 'Deny')],
    });
    const all = [...base.filter((one) => one !== POLICIES[1]), staged];
    const off = changed([...all, office], [...all, moved]);
    expect(off.names).toEqual(['cart ingress', 'web egress']);
    const on = changed([...all, office], [...all, moved], { staged: true });
    expect(on.names).toEqual(['cart ingress', 'other ingress', 'web egress']);
  });

  it('whether or not a tier changes as well', () => {
    const tier = (defaultAction: string): object => calico('Tier', 'platform', { order: 10, defaultAction });
    const inTier = gnp('platform.x', { tier: 'platform', selector: "app == 'm'", types: ['Ingress'] });
    const all = [...PODS, POLICIES[0] ?? {}, inTier];
    const { names } = changed([...all, tier('Pass'), office], [...all, tier('Deny'), moved]);
    expect(names).toEqual(['cart ingress', 'other ingress']);
  });
});

describe('a policy that has stayed means something else when a Service that its rules name does', () => {
  const named = (name: string): object => ({ services: { name, namespace: 'shop' } });
  const to = (name: string): object => ({ action: 'Allow', destination: named(name) });
  const POLICIES = [
    fromPods('z', [to('till'), { action: 'Deny' }]),
    fromPods('m', [to('door')]),
    calico(
      'NetworkPolicy',
      'web',
      { selector: "app == 'a'", types: ['Ingress'], ingress: [rule(named('till')), rule(named('door'))] },
      { namespace: 'shop' },
    ),
  ];
  const base = [...PODS, ...POLICIES, service('door', { app: 'd' })];

  it('but not one that names it without its namespace, which meets nothing (calico-policy-model 2.6)', () => {
    const nowhere = calico(
      'NetworkPolicy',
      'nowhere',
      { selector: "app == 'm'", types: ['Ingress'], ingress: [rule({ services: { name: 'till' } })] },
      { namespace: 'shop' },
    );
    const all = [...PODS, nowhere];
    const { names } = changed(
      [...all, service('till', { app: 'm' })],
      [...all, service('till', { app: 'z' })],
    );
    expect(names).toEqual([]);
  });

  it('and only then', () => {
    const { names } = changed(
      [...base, service('till', { app: 'm' })],
      [...base, service('till', { app: 'z' })],
    );
    expect(names).toEqual(['cart egress', 'web ingress']);
    const more = [...base, service('till', { app: 'm' })];
    expect(changed([...more, service('x', { app: 'm' })], more).names).toEqual([]);
    expect(changed(more, [...more, pod('new', { app: 'n' })]).names).toEqual(['new ingress egress self']);
  });

  it.each([
    ['comes', [], [hostPod('agent', { app: 'd' })]],
    ['goes', [hostPod('agent', { app: 'd' })], []],
    ['is another', [hostPod('agent', { app: 'x' })], [hostPod('agent', { app: 'd' })]],
    ['leaves the network of its node', [hostPod('agent', { app: 'd' })], [pod('agent', { app: 'd' })]],
    ['goes to the network of its node', [pod('agent', { app: 'd' })], [hostPod('agent', { app: 'd' })]],
    [
      'comes with other pods',
      [],
      [hostPod('agent', { app: 'd' }), pod('new', { app: 'n' }), pod('newer', { app: 'm' })],
    ],
  ])(
    'or when a workload on the network of its node %s, for which a Service may stand',
    (_, before, after) => {
      const { names, whole } = changed([...base, ...before], [...base, ...after]);
      expect(whole).toBeUndefined();
      // Any Service may stand for it.
      expect(names).toEqual(expect.arrayContaining(['cart egress', 'other egress', 'web ingress']));
      expect(names).toContain('agent ingress egress self');
    },
  );

  it('but not one without Services in its rules', () => {
    const plain = [
      ...PODS,
      fromPods('z', [{ action: 'Allow' }]),
      toPods('m', [rule({ selector: "app == 'a'" })]),
    ];
    expect(changed(plain, [...plain, hostPod('agent', { app: 'd' })]).names).toEqual([
      'agent ingress egress self',
    ]);
  });
});

describe('a Baseline policy means something else when a NetworkPolicy selects its pods', () => {
  // With kube-network-policies a pod that any NetworkPolicy selects is past the Baseline tier (network-policy-semantics 2.2).
  const subject = { namespaces: {} };
  const DENY = [{ action: 'Deny', from: [{ namespaces: {} }] }];
  const baseline = clusterWide('base', { tier: 'Baseline', priority: 1, subject, ingress: DENY });
  const admin = clusterWide('admin', {
    tier: 'Admin',
    priority: 1,
    subject,
    egress: [{ action: 'Accept', to: [{ namespaces: {} }] }],
  });
  const open = ingressOf('a', [{ podSelector: {} }]);
  const base = [...PODS, baseline, admin];
  const EVERYBODY = ['cart ingress', 'other ingress', 'web ingress'];
  const options = { cni: 'kube-network-policies' } as const;

  it.each([
    ['comes', base, [...base, open]],
    ['goes', [...base, open], base],
    ['selects others', [...base, ingressOf('m', [{ podSelector: {} }], 'a')], [...base, open]],
    [
      'comes while another policy changes',
      [
        ...base,
        clusterWide('more', {
          tier: 'Admin',
          priority: 2,
          subject: { namespaces: { matchLabels: { x: 'y' } } },
        }),
      ],
      [...base, open],
    ],
  ])('that %s', (_, before, after) => {
    const { names, whole } = changed(before, after, options);
    expect([names, whole]).toEqual([EVERYBODY, undefined]);
  });

  it('not when another policy comes', () => {
    const late = clusterWide('late', {
      tier: 'Admin',
      priority: 2,
      subject: { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: 'm' } } } },
      ingress: DENY,
    });
    expect(changed(base, [...base, late], options).names).toEqual(['other ingress']);
  });

  it('not with a plugin by which the Baseline tier comes behind NetworkPolicies that decide', () => {
    expect(changed(base, [...base, open]).names).toEqual(['web ingress']);
  });
});

describe('an admin policy means something else when a network set of the namespaces it names does, to Calico', () => {
  const sites = (team: string): object => namespace('sites', { team });
  const set = (net: string): object => placedSet('office', {}, net);
  const from = (team: string): object => ({ namespaces: { matchLabels: { team } } });
  const admin = (apiVersion: string, kind: string, allow: string, tier: object): object => ({
    apiVersion: `policy.networking.k8s.io/${apiVersion}`,
    kind,
    metadata: { name: 'admin' },
    spec: {
      ...tier,
      priority: 1,
      subject: { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: 'a' } } } },
      ingress: [
        { action: allow, from: [from('b')] },
        { action: 'Deny', from: [from('none')] },
      ],
    },
  });
  const others = [...PODS, toPods('m', [rule({ selector: "app == 'a'" })])];

  it.each([
    admin('v1alpha1', 'AdminNetworkPolicy', 'Allow', {}),
    admin('v1alpha2', 'ClusterNetworkPolicy', 'Accept', { tier: 'Admin' }),
  ])('%j', (policy) => {
    const base = [...others, policy];
    const web = ['web ingress'];
    const near = [...base, sites('b')];
    expect(changed([...near, set('10.1.0.0/16')], [...near, set('10.2.0.0/16')]).names).toEqual(web);
    expect(changed(near, [...near, set('10.2.0.0/16')]).names).toEqual(web);
    expect(changed([...near, set('10.2.0.0/16')], near).names).toEqual(web);
    const placed = [...base, set('10.1.0.0/16')];
    expect(changed([...placed, sites('a')], [...placed, sites('b')]).names).toEqual(web);
    expect(changed([...placed, sites('b')], [...placed, sites('a')]).names).toEqual(web);
    const far = [...base, sites('a')];
    expect(changed([...far, set('10.1.0.0/16')], [...far, set('10.2.0.0/16')]).names).toEqual([]);
    const plain = { cni: 'kubernetes' } as const;
    expect(changed([...near, set('10.1.0.0/16')], [...near, set('10.2.0.0/16')], plain).names).toEqual([]);
  });
});
