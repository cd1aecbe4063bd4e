import { readPolicies } from '../../../src/policies/read-policies';
import { CNI_PROFILES } from '../../../src/reachability/cni-profile';
import { compareRanked, policyRanks } from '../../../src/reachability/rules/composition';
import { resourcesOf } from '../../policies/resource-fixture';
import { calicoNp, gnp, netpol, object, pod, tier, World } from '../world';

const PODS = pod('shop', 'web') + pod('shop', 'api', 'app: api');
const ISOLATE = netpol('shop', 'isolate', 'podSelector: { matchLabels: { app: api } }');
const ANP = 'policy.networking.k8s.io/v1alpha1';
const CNP = 'policy.networking.k8s.io/v1alpha2';
const FROM_ALL = 'ingress: [{ action: Deny, from: [{ namespaces: {} }] }]';
const DENY_IN = 'types: [Ingress], ingress: [{ action: Deny }]';
const ALLOW_IN = 'types: [Ingress], ingress: [{ action: Allow }]';

/** Only Calico from 3.32 on has the kind, so it is that Calico; it selects nobody. */
const SINCE_332 = object(
  CNP,
  'ClusterNetworkPolicy',
  'idle',
  `tier: Admin, priority: 1, subject: { namespaces: { matchLabels: { no: body } } }, ${FROM_ALL}`,
);

const ask = (yaml: string, options = {}): string =>
  new World(PODS + yaml, options).ask('shop/web', 'shop/api');

describe('the default action of the tier `default` (calico-policy-model 5.3; ConvertTierV3ToV1Value in v3.31)', () => {
  it('is Deny, unless an object says Pass: then NetworkPolicies isolate nobody', () => {
    expect(ask(ISOLATE)).toBe('deny');
    expect(ask(ISOLATE + tier('default', 1_000_000, 'Deny'))).toBe('deny');
    expect(ask(ISOLATE + tier('default', 1_000_000, 'Pass'))).toBe('allow');
    const world = new World(PODS + ISOLATE + tier('default', 1_000_000, 'Pass'));
    expect(world.isolatedBy('shop/api', 'ingress')).toEqual([]);
  });

  it('hands on to the tiers behind', () => {
    const baseline = object(
      ANP,
      'BaselineAdminNetworkPolicy',
      'default',
      `subject: { namespaces: {} }, ${FROM_ALL}`,
    );
    expect(ask(ISOLATE + baseline + tier('default', 1_000_000, 'Pass'))).toBe('deny');
  });

  it('is nothing to a plugin that is not Calico', () => {
    const yaml = ISOLATE + tier('default', 1_000_000, 'Pass');
    expect(ask(yaml, { cni: 'kubernetes' })).toBe('deny');
    expect(ask(yaml, { cni: 'kube-network-policies' })).toBe('deny');
    expect(ask(yaml, { cni: 'calico-nftables' })).toBe('allow');
  });
});

describe('a Tier in the input', () => {
  it('means Calico, as a policy of its own does', () => {
    // Named ports of init containers that end are those of the rules Calico makes (5.5).
    const server = `---
apiVersion: v1
kind: Pod
metadata: { namespace: shop, name: api, labels: { app: api } }
spec:
  initContainers: [{ name: i, image: registry.example/a:1, ports: [{ name: web, containerPort: 80 }] }]
  containers: [{ name: c, image: registry.example/a:1 }]
`;
    const named = netpol('shop', 'p', 'podSelector: {}, ingress: [{ ports: [{ port: web }] }]');
    const yaml = pod('shop', 'web') + server + named;
    expect(new World(yaml).ask('shop/web', 'shop/api')).toBe('deny');
    expect(new World(yaml + tier('mine', 5)).ask('shop/web', 'shop/api')).toBe('allow');
    expect(new World(yaml + tier('default', 1_000_000)).ask('shop/web', 'shop/api')).toBe('allow');
  });
});

describe('tiers of cluster-wide policies (calico-policy-model 5.1)', () => {
  const before = (name: string): string => tier('early', 999, 'Pass') + gnp(name, `tier: early, ${ALLOW_IN}`);

  it.each([
    [
      'AdminNetworkPolicy',
      'adminnetworkpolicy',
      object(ANP, 'AdminNetworkPolicy', 'a', `priority: 5, subject: { namespaces: {} }, ${FROM_ALL}`),
    ],
    [
      'ClusterNetworkPolicy',
      'kube-admin',
      object(
        CNP,
        'ClusterNetworkPolicy',
        'a',
        `tier: Admin, priority: 5, subject: { namespaces: {} }, ${FROM_ALL}`,
      ),
    ],
  ])('%s stands in %s, at its priority and at 1,000 among tiers', (_, name, denies) => {
    expect(ask(denies)).toBe('deny');
    expect(ask(denies + gnp('g', `tier: ${name}, order: 4, ${ALLOW_IN}`))).toBe('allow');
    expect(ask(denies + gnp('g', `tier: ${name}, order: 6, ${ALLOW_IN}`))).toBe('deny');
    expect(ask(denies + before('g'))).toBe('allow');
    expect(ask(denies + tier('late', 1_001, 'Pass') + gnp('g', `tier: late, ${ALLOW_IN}`))).toBe('deny');
  });

  it.each([
    [
      'BaselineAdminNetworkPolicy',
      'baselineadminnetworkpolicy',
      object(ANP, 'BaselineAdminNetworkPolicy', 'default', `subject: { namespaces: {} }, ${FROM_ALL}`),
      1_000,
    ],
    [
      'ClusterNetworkPolicy',
      'kube-baseline',
      object(
        CNP,
        'ClusterNetworkPolicy',
        'a',
        `tier: Baseline, priority: 5, subject: { namespaces: {} }, ${FROM_ALL}`,
      ),
      5,
    ],
  ])('%s stands in %s, and at 10,000,000 among tiers', (_, name, denies, order) => {
    expect(ask(denies)).toBe('deny');
    expect(ask(denies + gnp('g', `tier: ${name}, order: ${order - 1}, ${ALLOW_IN}`))).toBe('allow');
    expect(ask(denies + gnp('g', `tier: ${name}, order: ${order + 1}, ${ALLOW_IN}`))).toBe('deny');
    expect(ask(denies + tier('t', 9_999_999, 'Pass') + gnp('g', `tier: t, ${ALLOW_IN}`))).toBe('allow');
    expect(ask(denies + tier('t', 10_000_001, 'Pass') + gnp('g', `tier: t, ${ALLOW_IN}`))).toBe('deny');
    // NetworkPolicy comes before it, and its answer is final for a pod that it isolates.
    const open = netpol('shop', 'open', 'podSelector: {}, ingress: [{}]');
    expect(ask(denies + open)).toBe('allow');
  });

  it.each(['kube-admin', 'kube-baseline', 'adminnetworkpolicy', 'baselineadminnetworkpolicy'])(
    '%s ends in a pass: it isolates nobody',
    (name) => {
      expect(ask(gnp('g', `tier: ${name}, types: [Ingress]`))).toBe('allow');
      expect(ask(gnp('g', `tier: ${name}, ${DENY_IN}`))).toBe('deny');
    },
  );

  it('end as an object says that Calico takes', () => {
    const accepts = object(
      ANP,
      'AdminNetworkPolicy',
      'a',
      'priority: 5, subject: { namespaces: {} }, ingress: [{ action: Allow, from: [{ namespaces: { matchLabels: { a: b } } }] }]',
    );
    expect(ask(accepts)).toBe('allow');
    expect(ask(accepts + tier('adminnetworkpolicy', 1_000, 'Deny'))).toBe('deny');
  });

  it.each([
    ['AdminNetworkPolicy', 'a', 'priority: 1, ', 'adminnetworkpolicy', 1_000],
    ['BaselineAdminNetworkPolicy', 'default', '', 'baselineadminnetworkpolicy', 10_000_000],
  ])(
    'end for the pods of a policy without rules, which Calico takes for one of both directions (calculateANPPolicyTypes in v3.31): %s',
    (kind, name, priority, ownTier, order) => {
      const idle = object(
        ANP,
        kind,
        name,
        `${priority}subject: { namespaces: { matchLabels: { kubernetes.io/metadata.name: shop } } }`,
      );
      expect(ask(idle)).toBe('allow');
      expect(ask(idle + tier(ownTier, order, 'Pass'))).toBe('allow');
      expect(ask(idle + tier(ownTier, order, 'Deny'))).toBe('deny');
      expect(ask(idle + tier(ownTier, order, 'Deny'), { cni: 'kubernetes' })).toBe('allow');
      // Rules of one direction are of that direction only.
      const out = object(
        ANP,
        kind,
        name,
        `${priority}subject: { namespaces: {} }, egress: [{ action: Allow, to: [{ namespaces: {} }] }]`,
      );
      expect(ask(out + tier(ownTier, order, 'Deny'))).toBe('allow');
    },
  );
});

describe('the order of tiers and policies (calico-policy-model 2.6, 5.2)', () => {
  const allowsIn = (name: string, more = ''): string => gnp(`${name}.g`, `tier: ${name}, ${more}${ALLOW_IN}`);
  const deniesIn = (name: string, more = ''): string => gnp(`${name}.h`, `tier: ${name}, ${more}${DENY_IN}`);

  it('is by order, then by name', () => {
    const tiers = (a: number, b: number): string => tier('a', a, 'Pass') + tier('b', b, 'Pass');
    expect(ask(tiers(5, 6) + allowsIn('a') + deniesIn('b'))).toBe('allow');
    expect(ask(tiers(6, 5) + allowsIn('a') + deniesIn('b'))).toBe('deny');
    // The orders of policies count within a tier only.
    expect(ask(tiers(5, 5) + allowsIn('a', 'order: 9, ') + deniesIn('b', 'order: 1, '))).toBe('allow');
    expect(ask(tiers(5, 5) + allowsIn('b', 'order: 1, ') + deniesIn('a', 'order: 9, '))).toBe('deny');
    // Nor do their names (which from 3.32 on need not begin with that of the tier).
    expect(
      ask(
        tiers(5, 5) + gnp('z', `tier: a, order: 9, ${ALLOW_IN}`) + gnp('y', `tier: b, order: 1, ${DENY_IN}`),
      ),
    ).toBe('allow');
  });

  it('puts tiers that nobody defined last, after one that is stored without an order, and ends them in a deny', () => {
    const last = object('crd.projectcalico.org/v1', 'Tier', 'zz', 'defaultAction: Pass');
    expect(ask(last + allowsIn('zz') + deniesIn('aa'))).toBe('allow');
    expect(ask(last + deniesIn('zz') + allowsIn('aa'))).toBe('deny');
    expect(ask(allowsIn('aa') + deniesIn('bb'))).toBe('allow');
    expect(ask(allowsIn('bb') + deniesIn('aa'))).toBe('deny');
    expect(ask(gnp('aa.g', 'tier: aa, types: [Ingress]'))).toBe('deny');
  });

  it('takes policies of a tier by order, those without one last, ties by name', () => {
    const np = (name: string, spec: string): string => calicoNp('shop', name, spec);
    expect(ask(gnp('b', `order: 1, ${ALLOW_IN}`) + gnp('a', `order: 2, ${DENY_IN}`))).toBe('allow');
    expect(ask(gnp('b', `order: 7, ${ALLOW_IN}`) + gnp('a', DENY_IN))).toBe('allow');
    expect(ask(gnp('b', `order: 7, ${ALLOW_IN}`) + np('c', `order: 7, ${DENY_IN}`))).toBe('allow');
    // default.c before shop/default.b up to 3.31, b/shop/NetworkPolicy before c//GlobalNetworkPolicy from 3.32 on.
    const tied = gnp('c', `order: 7, ${ALLOW_IN}`) + np('b', `order: 7, ${DENY_IN}`);
    expect(ask(tied)).toBe('allow');
    expect(ask(SINCE_332 + tied)).toBe('deny');
    // NetworkPolicies stand at 1000.
    const open = netpol('shop', 'm', 'podSelector: {}, ingress: [{}]');
    expect(ask(open + gnp('a', `order: 1001, ${DENY_IN}`))).toBe('allow');
    expect(ask(open + gnp('z', `order: 999, ${DENY_IN}`))).toBe('deny');
    expect(ask(open + gnp('z', DENY_IN))).toBe('allow');
  });

  it.each([
    ['a', 'allow'],
    ['z', 'deny'],
  ])(
    'breaks the tie of a ClusterNetworkPolicy m with the Calico policy %s of its order by name',
    (name, answer) => {
      const spec = `tier: Admin, priority: 5, subject: { namespaces: {} }, ${FROM_ALL}`;
      const yaml = object(CNP, 'ClusterNetworkPolicy', 'm', spec);
      expect(ask(yaml + gnp(name, `tier: kube-admin, order: 5, ${ALLOW_IN}`))).toBe(answer);
    },
  );

  it('breaks the tie of two policies of one name by the kind that Calico gives them', () => {
    // shop/default.m before shop/knp.default.m up to 3.31. From 3.32 on KubernetesNetworkPolicy before NetworkPolicy, and
    // GlobalNetworkPolicy before KubernetesClusterNetworkPolicy.
    const open = netpol('shop', 'm', 'podSelector: {}, ingress: [{}]');
    const tied = open + calicoNp('shop', 'm', `order: 1000, ${DENY_IN}`);
    expect([ask(tied), ask(SINCE_332 + tied)]).toEqual(['deny', 'allow']);
    const isolates = netpol('shop', 'm', 'podSelector: {}');
    expect(ask(isolates + calicoNp('shop', 'm', `order: 1000, ${ALLOW_IN}`))).toBe('allow');
    const denies = object(
      CNP,
      'ClusterNetworkPolicy',
      'm',
      `tier: Admin, priority: 5, subject: { namespaces: {} }, ${FROM_ALL}`,
    );
    expect(ask(denies + gnp('m', `tier: kube-admin, order: 5, ${ALLOW_IN}`))).toBe('allow');
  });

  it('does so whatever order the policies come in', () => {
    const documents = [
      netpol('shop', 'm', 'podSelector: {}'),
      calicoNp('shop', 'm', `order: 1000, ${DENY_IN}`),
    ];
    const policies = readPolicies(resourcesOf(documents.join('')));
    const ranks = policyRanks(policies, CNI_PROFILES.calico);
    const ranked = [...policies.calico, ...policies.kubernetes].map(ranks).sort(compareRanked);
    expect(ranked.map(({ policy }) => policy.kind)).toEqual(['CalicoNetworkPolicy', 'NetworkPolicy']);
  });
});
