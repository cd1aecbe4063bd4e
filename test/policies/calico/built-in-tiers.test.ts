import type { Finding } from '../../../src/model/finding';
import { readTier } from '../../../src/policies/calico/read-tier';
import { readPolicies } from '../../../src/policies/read-policies';
import { resourceOf, resourcesOf } from '../resource-fixture';

const ADMIN =
  '{ apiVersion: policy.networking.k8s.io/v1alpha1, kind: AdminNetworkPolicy, metadata: { name: a }, spec: { priority: 5, subject: { namespaces: {} } } }';
const BASELINE =
  '{ apiVersion: policy.networking.k8s.io/v1alpha1, kind: BaselineAdminNetworkPolicy, metadata: { name: default }, spec: { subject: { namespaces: {} } } }';
const CLUSTER =
  '{ apiVersion: policy.networking.k8s.io/v1alpha2, kind: ClusterNetworkPolicy, metadata: { name: c }, spec: { tier: Admin, priority: 5, subject: { namespaces: {} } } }';

/** The tier as it is taken, and what is said of it but that it is stored past the API server. */
function read(
  name: string,
  spec: string,
  beside: readonly string[] = [],
  apiVersion = 'projectcalico.org/v3',
): { readonly tier: unknown; readonly said: readonly unknown[] } {
  const tier = `{ apiVersion: ${apiVersion}, kind: Tier, metadata: { name: ${name} }, spec: ${spec} }`;
  const { tiers, findings } = readPolicies(resourcesOf([...beside, tier].join('\n---\n')));
  const ours = findings.filter(({ place }) => place.file === 'spec');
  const taken = tiers.find((one) => one.name === name);
  return {
    tier: [taken?.order, taken?.defaultAction],
    said: ours.map(({ id, severity, message }) => [id, severity, message]),
  };
}

const refused = (words: string) => ['invalid-field', 'error', expect.stringContaining(words)];
const varied = (words: string) => ['refused-by-some-versions', 'warning', expect.stringContaining(words)];

describe('a Tier of the name of a built-in one (validateTier in v3.31; calico-policy-model 2.5)', () => {
  it.each([
    // v3.31 looks at the order of `default` alone; 3.32 pins its default action as well.
    [
      'default',
      '{ order: 1000000, defaultAction: Pass }',
      [1_000_000, 'Pass'],
      'versions from 3.32 on refuse',
    ],
    ['default', '{ defaultAction: Pass }', [1_000_000, 'Pass'], 'those before take it'],
    // Built in from 3.32 on.
    ['kube-admin', '{ order: 5, defaultAction: Deny }', [5, 'Deny'], 'order 1000 and default action Pass'],
    ['kube-admin', '{ order: 5 }', [5, 'Pass'], 'versions from 3.32 on refuse'],
    ['kube-baseline', '{ defaultAction: Deny }', [10_000_000, 'Deny'], 'versions from 3.32 on refuse'],
    // Built in up to 3.31, and then a tier like any other, with the defaults of any other.
    ['adminnetworkpolicy', '{ order: 5 }', [5, 'Deny'], 'versions of 3.29 to 3.31 refuse another order'],
    ['adminnetworkpolicy', '{}', [1_000_000, 'Deny'], 'to later ones it is a tier like any other'],
    ['baselineadminnetworkpolicy', '{ order: 5, defaultAction: Pass }', [5, 'Pass'], 'of 3.29 to 3.31'],
  ])('is taken as written where some version takes it: %s %s', (name, spec, tier, words) => {
    expect(read(name, spec)).toEqual({ tier, said: [varied(words)] });
  });

  it.each([
    ['adminnetworkpolicy', '{ order: 1000, defaultAction: Deny }', [1000, 'Deny']],
    ['baselineadminnetworkpolicy', '{ order: 10000000 }', [10_000_000, 'Deny']],
  ])('decides otherwise than the API says, with every version: %s %s', (name, spec, tier) => {
    const { tier: taken, said } = read(name, spec);
    expect(taken).toEqual(tier);
    expect(said).toEqual([
      [
        'built-in-tier-changed',
        'warning',
        expect.stringContaining('and default action Deny, which Calico takes'),
      ],
    ]);
  });

  it.each([
    ['default', '{ order: 5 }', [], [1_000_000, 'Deny'], 'Calico refuses another order'],
    ['default', '{ order: 5 }', [CLUSTER], [1_000_000, 'Deny'], 'Calico refuses another order'],
    ['default', '{ defaultAction: Pass }', [CLUSTER], [1_000_000, 'Deny'], '(3.32 or later) refuses others'],
    ['kube-admin', '{ order: 5 }', [CLUSTER], [1_000, 'Pass'], 'an older version has stored'],
    ['kube-baseline', '{ defaultAction: Deny }', [CLUSTER, ADMIN], [10_000_000, 'Pass'], '(3.32 or later)'],
    ['adminnetworkpolicy', '{ order: 5 }', [ADMIN], [1_000, 'Pass'], '(3.29 to 3.31) refuses another order'],
    ['baselineadminnetworkpolicy', '{ order: 5 }', [BASELINE], [10_000_000, 'Pass'], '(3.29 to 3.31)'],
  ])(
    'is refused, and the built-in one stays, where every version that takes the rest of the input refuses it: %s %s',
    (name, spec, beside, tier, words) => {
      expect(read(name, spec, beside)).toEqual({ tier, said: [refused(words)] });
    },
  );

  it.each([
    ['default', '{}', [], [1_000_000, 'Deny']],
    ['default', '{ order: 1000000, defaultAction: Deny }', [CLUSTER], [1_000_000, 'Deny']],
    ['kube-admin', '{}', [CLUSTER], [1_000, 'Pass']],
    ['adminnetworkpolicy', '{}', [ADMIN], [1_000, 'Pass']],
    ['baselineadminnetworkpolicy', '{}', [ADMIN], [10_000_000, 'Pass']],
    ['adminnetworkpolicy', '{ order: 1000, defaultAction: Pass }', [], [1_000, 'Pass']],
    ['kubeadmin', '{ order: 5 }', [CLUSTER], [5, 'Deny']],
  ])(
    'keeps what the object leaves out, and says nothing where nothing differs: %s %s',
    (name, spec, beside, tier) => {
      expect(read(name, spec, beside)).toEqual({ tier, said: [] });
    },
  );

  it('is taken as written when nothing is known of the rest', () => {
    for (const [name, spec] of [
      ['default', { order: 1_000_000, defaultAction: 'Pass' }],
      ['adminnetworkpolicy', { order: 5 }],
    ] as const) {
      const tier = { apiVersion: 'projectcalico.org/v3', kind: 'Tier', metadata: { name }, spec };
      const findings: Finding[] = [];
      expect(readTier(resourceOf(tier), findings)?.order).toBe(spec.order);
      expect(findings.map(({ id }) => id)).toEqual(['refused-by-some-versions']);
    }
  });

  it('of the other generation of policies says nothing about the version', () => {
    expect(read('default', '{ defaultAction: Pass }', [ADMIN]).tier).toEqual([1_000_000, 'Pass']);
    expect(read('adminnetworkpolicy', '{ order: 5 }', [CLUSTER]).tier).toEqual([5, 'Deny']);
    const widget = '{ apiVersion: example.com/v1, kind: ClusterNetworkPolicy, metadata: { name: c } }';
    expect(read('default', '{ defaultAction: Pass }', [widget]).tier).toEqual([1_000_000, 'Pass']);
  });
});

describe('a Tier written past the API server (calico-policy-model 1.1, 1.2, 2.6; felix/calc/validation_filter.go in v3.31)', () => {
  const stored = (name: string, spec: string, beside: readonly string[] = []) =>
    read(name, spec, beside, 'crd.projectcalico.org/v1');

  it('is enforced as it is stored, whatever it says of a built-in tier', () => {
    expect(stored('default', '{ order: 5, defaultAction: Pass }')).toEqual({
      tier: [5, 'Pass'],
      said: [varied('versions from 3.32 on refuse')],
    });
    expect(stored('adminnetworkpolicy', '{ order: 5, defaultAction: Pass }', [ADMIN])).toEqual({
      tier: [5, 'Pass'],
      said: [
        ['built-in-tier-changed', 'warning', expect.stringContaining('order 5 and default action Pass')],
      ],
    });
  });

  it('is refused there too by the versions that enforce ClusterNetworkPolicy', () => {
    expect(stored('default', '{ order: 5 }', [CLUSTER])).toEqual({
      tier: [1_000_000, 'Deny'],
      said: [refused('(3.32 or later)')],
    });
  });

  it('without an order is as the tier was, or the last if it is stored so, which is said', () => {
    expect(stored('default', '{}')).toEqual({
      tier: [1_000_000, 'Deny'],
      said: [['calico-storage-api', 'warning', expect.stringContaining('Calico asks the tier last')]],
    });
    expect(stored('mine', '{}')).toEqual({ tier: [Infinity, 'Deny'], said: [] });
    expect(stored('mine', '{ order: 7 }')).toEqual({ tier: [7, 'Deny'], said: [] });
  });
});
