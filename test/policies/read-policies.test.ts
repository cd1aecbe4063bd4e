import { resourceId } from '../../src/model/resource';
import type { PolicySet } from '../../src/policies/policy';
import { readPolicies } from '../../src/policies/read-policies';
import { resourcesOf, worded } from './resource-fixture';

function read(yaml: string): PolicySet {
  const set = readPolicies(resourcesOf(yaml));
  worded([...set.findings]);
  return set;
}

const doc = (apiVersion: string, kind: string, name: string, spec = '{}', namespace?: string): string =>
  `---\n{ apiVersion: ${apiVersion}, kind: ${kind}, metadata: { name: ${name}${namespace === undefined ? '' : `, namespace: ${namespace}`} }, spec: ${spec} }\n`;

describe('readPolicies', () => {
  it('sorts each kind into its list, by namespace and name', () => {
    const set = read(
      doc('networking.k8s.io/v1', 'NetworkPolicy', 'z', '{ podSelector: {} }', 'a') +
        doc('networking.k8s.io/v1', 'NetworkPolicy', 'a', '{ podSelector: {} }', 'b') +
        doc('networking.k8s.io/v1', 'NetworkPolicy', 'a', '{ podSelector: {} }', 'a') +
        doc('projectcalico.org/v3', 'NetworkPolicy', 'n', '{}', 'a') +
        doc('projectcalico.org/v3', 'GlobalNetworkPolicy', 'g') +
        doc('projectcalico.org/v3', 'StagedGlobalNetworkPolicy', 'g') +
        doc(
          'projectcalico.org/v3',
          'StagedKubernetesNetworkPolicy',
          's',
          '{ podSelector: {}, stagedAction: Learn }',
          'a',
        ) +
        doc(
          'projectcalico.org/v3',
          'GlobalNetworkSet',
          'gs',
          '{ nets: [10.0.0.5, "fd00::/8", 10.1.2.3/8] }',
        ) +
        doc('projectcalico.org/v3', 'NetworkSet', 's', '{}', 'a') +
        doc(
          'policy.networking.k8s.io/v1alpha2',
          'ClusterNetworkPolicy',
          'c',
          '{ tier: Baseline, priority: 1, subject: { namespaces: {} } }',
        ) +
        doc('apps/v1', 'Deployment', 'd', '{}', 'a'),
    );
    expect(set.findings).toEqual([]);
    expect(set.kubernetes.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual([
      'a/a',
      'a/z',
      'b/a',
    ]);
    expect(set.calico.map(({ kind, name, staged }) => `${kind} ${name} ${staged}`)).toEqual([
      'GlobalNetworkPolicy g false',
      'GlobalNetworkPolicy g true',
      'CalicoNetworkPolicy n false',
    ]);
    expect(set.stagedKubernetes).toEqual([expect.objectContaining({ action: 'Learn' })]);
    expect(set.networkSets.map(({ name, nets }) => [name, nets.length])).toEqual([
      ['gs', 3],
      ['s', 0],
    ]);
    expect(set.clusterWide.map(({ name }) => name)).toEqual(['c']);
    expect(set.outOfModel).toEqual([]);
  });

  it('always has the tiers Calico makes itself, in their order (calico-policy-model 1.2)', () => {
    const tiers = read(
      doc('projectcalico.org/v3', 'Tier', 'platform', '{ order: 500, defaultAction: Pass }') +
        doc('projectcalico.org/v3', 'Tier', 'later'),
    ).tiers;
    expect(tiers.map(({ name, order, defaultAction }) => [name, order, defaultAction])).toEqual([
      ['platform', 500, 'Pass'],
      ['adminnetworkpolicy', 1000, 'Pass'],
      ['kube-admin', 1000, 'Pass'],
      ['default', 1_000_000, 'Deny'],
      ['later', 1_000_000, 'Deny'],
      ['baselineadminnetworkpolicy', 10_000_000, 'Pass'],
      ['kube-baseline', 10_000_000, 'Pass'],
    ]);
    expect(read(doc('crd.projectcalico.org/v1', 'Tier', 'later')).tiers.at(-1)).toMatchObject({
      name: 'later',
      order: Infinity,
    });
  });

  it.each([
    ['another order for a built-in tier', doc('projectcalico.org/v3', 'Tier', 'default', '{ order: 5 }')],
    ['a tier with a dot', doc('projectcalico.org/v3', 'Tier', 'a.b')],
    ['a tier with an unknown action', doc('projectcalico.org/v3', 'Tier', 'a', '{ defaultAction: Allow }')],
    [
      'a set with the label of a namespace',
      '{ apiVersion: projectcalico.org/v3, kind: NetworkSet, metadata: { name: a, labels: { projectcalico.org/namespace: b } } }',
    ],
    [
      'a set with a name for an address',
      doc('projectcalico.org/v3', 'GlobalNetworkSet', 'a', '{ nets: [example.com] }'),
    ],
    [
      'a NetworkPolicy of a version that is gone',
      doc('extensions/v1beta1', 'NetworkPolicy', 'a', '{ podSelector: {} }'),
    ],
  ])('refuses %s', (_, yaml) => {
    const set = read(yaml);
    expect(set.findings.map(({ severity }) => severity)).toEqual(['error']);
    expect([...set.kubernetes, ...set.networkSets]).toEqual([]);
  });

  it.each([
    ['a repeat', '[10.0.0.1, 10.0.0.1]', 1],
    ['an empty text', '["", 10.0.0.1]', 1],
  ])('takes a set with %s, as Calico 3.31 does, with a warning (2.5)', (_, nets, count) => {
    const set = read(doc('projectcalico.org/v3', 'GlobalNetworkSet', 'a', `{ nets: ${nets} }`));
    expect(set.networkSets[0]?.nets).toHaveLength(count);
    expect(set.findings.map(({ id, severity }) => [id, severity])).toEqual([['doubtful-net', 'warning']]);
  });

  it.each([
    ['GlobalNetworkPolicy', '{ namespaceSelector: "env = 1" }', 1],
    ['NetworkPolicy', '{ selector: "a =" }', 1],
    ['GlobalNetworkSet', '{ nets: [x] }', 1],
    ['Tier', '{ defaultAction: Allow }', 1],
    ['StagedGlobalNetworkPolicy', '{ selector: "a =" }', 0],
  ])(
    'a %s with an error exists in the storage API of Calico only, where it is out of model (2.6)',
    (kind, spec, count) => {
      const namespace = kind === 'NetworkPolicy' ? 'a' : undefined;
      const stored = read(doc('crd.projectcalico.org/v1', kind, 'x', spec, namespace));
      expect(stored.findings.some(({ severity }) => severity === 'error')).toBe(true);
      expect(stored.outOfModel).toHaveLength(count);
      expect(read(doc('projectcalico.org/v3', kind, 'x', spec, namespace)).outOfModel).toEqual([]);
    },
  );

  it('a version that Calico does not serve does not exist', () => {
    expect(read(doc('crd.projectcalico.org/v2', 'Tier', 'x')).outOfModel).toEqual([]);
  });

  it('reads what a StagedKubernetesNetworkPolicy would do, and what speaks against it (2.2)', () => {
    const staged = (spec: string, namespace?: string): PolicySet =>
      read(doc('projectcalico.org/v3', 'StagedKubernetesNetworkPolicy', 'p', spec, namespace));
    const remove = staged('{ stagedAction: Delete, podSelector: {} }');
    expect(remove.findings).toEqual([]);
    expect(remove.stagedKubernetes).toMatchObject([{ action: 'Delete', policy: { namespace: 'default' } }]);
    expect(staged('{ stagedAction: Delete }').findings).toEqual([]);
    expect(staged('null').stagedKubernetes).toMatchObject([{ action: 'Set', policy: { name: 'p' } }]);
    expect(staged('{}', 'a').findings.map(({ id }) => id)).toEqual(['missing-pod-selector']);
    for (const [spec, place, message] of [
      [
        '{ stagedAction: Delete, podSelector: { matchLabels: { a: b } } }',
        'spec.stagedAction',
        'but spec.podSelector is',
      ],
      [
        '{ stagedAction: Delete, ingress: [], egress: [] }',
        'spec.stagedAction',
        'spec.ingress, spec.egress is',
      ],
      ['{ podSelector: {}, stagedActions: Set }', 'spec.stagedActions', 'not a field'],
      ['{ podSelector: {}, stagedAction: 1 }', 'spec.stagedAction', 'a string'],
    ] as const) {
      const { findings, stagedKubernetes } = staged(spec);
      expect(findings.map((one) => [one.place.file, one.message])).toEqual([
        [place, expect.stringContaining(message)],
      ]);
      expect(stagedKubernetes).toEqual([]);
    }
  });

  it('gives the same lists in whichever order the input comes', () => {
    const documents = [
      doc('projectcalico.org/v3', 'NetworkPolicy', 'a', '{}', 'x'),
      doc('projectcalico.org/v3', 'StagedNetworkPolicy', 'a', '{}', 'x'),
      doc('projectcalico.org/v3', 'GlobalNetworkPolicy', 'a'),
      doc('projectcalico.org/v3', 'StagedGlobalNetworkPolicy', 'a'),
      doc('projectcalico.org/v3', 'StagedKubernetesNetworkPolicy', 'a', '{ podSelector: {} }', 'x'),
      doc('projectcalico.org/v3', 'StagedKubernetesNetworkPolicy', 'b', '{ podSelector: {} }', 'a'),
      doc('projectcalico.org/v3', 'Tier', 't', '{ order: 1000 }'),
      doc('projectcalico.org/v3', 'Tier', 'kube-admin'),
      doc('projectcalico.org/v3', 'Profile', 'a'),
      doc('cilium.io/v2', 'CiliumNetworkPolicy', 'a', '{}', 'x'),
    ];
    const names = (yaml: string): unknown => {
      const { calico, stagedKubernetes, tiers, outOfModel } = read(yaml);
      return {
        calico: calico.map(({ kind, staged }) => `${kind} ${staged}`),
        stagedKubernetes: stagedKubernetes?.map(({ policy }) => `${policy.namespace}/${policy.name}`),
        tiers: tiers.map(({ name }) => name),
        outOfModel: outOfModel.map(({ resource }) => resource.kind),
      };
    };
    expect(names(documents.join(''))).toEqual({
      calico: [
        'GlobalNetworkPolicy false',
        'GlobalNetworkPolicy true',
        'CalicoNetworkPolicy false',
        'CalicoNetworkPolicy true',
      ],
      stagedKubernetes: ['a/b', 'x/a'],
      tiers: [
        'adminnetworkpolicy',
        'kube-admin',
        't',
        'default',
        'baselineadminnetworkpolicy',
        'kube-baseline',
      ],
      outOfModel: ['CiliumNetworkPolicy', 'Profile'],
    });
    expect(names(documents.reverse().join(''))).toEqual(names(documents.reverse().join('')));
  });

  it.each([
    ['Tier', '{ order: x }', 'Calico then ignores the Tier or'],
    ['GlobalNetworkSet', '{ nets: 1 }', 'Calico then ignores the GlobalNetworkSet or'],
  ])('says what Calico does with a stored %s that has an error (2.6)', (kind, spec, words) => {
    const [stored] = read(doc('crd.projectcalico.org/v1', kind, 'x', spec)).outOfModel;
    expect(stored?.resource.kind).toBe(kind);
    expect(stored?.reason).toContain(words);
    expect(read(doc('crd.projectcalico.org/v1', kind, 'x')).outOfModel).toEqual([]);
  });

  it('points at the version that is gone, at the tier that is not there, and at the misspelt word', () => {
    const places = (yaml: string): (string | undefined)[] =>
      read(yaml).findings.map(({ place }) => place.file);
    expect(places(doc('extensions/v1beta1', 'NetworkPolicy', 'a', '{ podSelector: {} }'))).toEqual([
      'apiVersion',
    ]);
    expect(places(doc('projectcalico.org/v3', 'GlobalNetworkPolicy', 'n.g', '{ tier: n }'))).toEqual([
      'spec.tier',
    ]);
    expect(places(doc('networking.k8s.io/v1', 'NetworkPolicys', 'p'))).toEqual(['kind']);
    expect(places(doc('v1', 'NetworkPolicy', 'p'))).toEqual(['apiVersion']);
  });

  it.each([
    ['policy.networking.k8s.io/v1alpha2', 'ClusterNetworkPolicies', 'Did you mean ClusterNetworkPolicy?'],
    ['policy.networking.k8s.io/v1alpha1', 'AdminNetworkPolicie', 'Did you mean AdminNetworkPolicy?'],
    ['policy.networking.k8s.io/v1alpha1', 'BaselineAdminNetworkPolicyy', 'BaselineAdminNetworkPolicy?'],
    ['policy.networking.k8.io/v1alpha2', 'ClusterNetworkPolicy', 'as in policy.networking.k8s.io/v1alpha2?'],
    ['policy.networking.k8.io/v1', 'AdminNetworkPolicy', 'as in policy.networking.k8s.io/v1alpha1?'],
    ['projectcalico.org/v3', 'StagedNetworkPolcy', 'Did you mean StagedNetworkPolicy?'],
    ['projectcalico.org/v3', 'StagedKubernetesNetworkPolicyy', 'StagedKubernetesNetworkPolicy?'],
    ['projectcalico.org/v3', 'StagedGlobalNetworkPolicyy', 'StagedGlobalNetworkPolicy?'],
    ['projectcalico.org/v3', 'Tiers', 'Did you mean Tier?'],
    ['projectcalico.org/v3', 'NetworkSets', 'Did you mean NetworkSet?'],
    ['projectcalico.org/v3', 'GlobalNetworkSets', 'Did you mean GlobalNetworkSet?'],
  ])('knows what %s %s was to be', (apiVersion, kind, mend) => {
    expect(read(doc(apiVersion, kind, 'p')).findings.map((one) => one.mend)).toEqual([
      expect.stringContaining(mend),
    ]);
  });

  it('quotes no more of a kind than one can read', () => {
    const kind = `${'x'.repeat(200)}NetworkPolicy`;
    expect(read(doc('networking.k8s.io/v1', kind, 'p')).findings).toEqual([]);
    const near = `NetworkPolicy${'y'.repeat(4)}`;
    expect(read(doc('networking.k8s.io/v1', near, 'p')).findings[0]?.message).toContain(`"${near}"`);
  });

  it('keeps a policy of a tier that is not there, and says what that means', () => {
    const set = read(doc('projectcalico.org/v3', 'GlobalNetworkPolicy', 'nowhere.g', '{ tier: nowhere }'));
    expect(set.calico).toHaveLength(1);
    expect(set.findings).toEqual([
      expect.objectContaining({
        id: 'unknown-tier',
        severity: 'warning',
        object: 'GlobalNetworkPolicy/nowhere.g',
      }),
    ]);
  });

  it('lists what it does not evaluate, with a reason', () => {
    const set = read(
      doc('cilium.io/v2', 'CiliumNetworkPolicy', 'c', '{}', 'a') +
        doc('security.istio.io/v1', 'AuthorizationPolicy', 'i', '{}', 'a') +
        doc('crd.projectcalico.org/v1', 'HostEndpoint', 'h') +
        doc('projectcalico.org/v3', 'GlobalNetworkPolicy', 'g', '{ applyOnForward: true, preDNAT: true }'),
    );
    expect(set.outOfModel.map(({ resource }) => resourceId(resource))).toEqual([
      'AuthorizationPolicy/a/i',
      'CiliumNetworkPolicy/a/c',
      'GlobalNetworkPolicy/g',
      'HostEndpoint/h',
    ]);
    expect(set.outOfModel.every(({ reason }) => reason.endsWith('.'))).toBe(true);
  });

  it.each([
    ['networking.k8s.io/v1', 'Networkpolicy', 'Did you mean NetworkPolicy?'],
    ['networking.k8s.io/v1', 'NetworkPolicies', 'Did you mean NetworkPolicy?'],
    ['projectcalico.org/v3', 'GlobalNetworkPolcy', 'Did you mean GlobalNetworkPolicy?'],
    ['v1', 'NetworkPolicy', 'as in networking.k8s.io/v1?'],
    ['network.k8s.io/v1', 'NetworkPolicy', 'as in networking.k8s.io/v1?'],
    ['projectcalico.or/v3', 'GlobalNetworkPolicy', 'as in projectcalico.org/v3?'],
  ])('says that %s %s does not exist, instead of passing over it', (apiVersion, kind, mend) => {
    const set = read(doc(apiVersion, kind, 'p', '{}', 'a'));
    expect(set.findings).toMatchObject([{ id: 'misspelt-kind', severity: 'error' }]);
    expect(set.findings[0]?.mend).toContain(mend);
    expect(set.outOfModel).toEqual([]);
  });

  it('does not evaluate a network policy of a product nobody here knows, and says so', () => {
    const set = read(doc('example.com/v1', 'EdgeNetworkPolicy', 'p', '{}', 'a'));
    expect(set.findings).toEqual([]);
    expect(set.outOfModel).toMatchObject([
      { reason: expect.stringContaining('nothing is known of the kind') },
    ]);
    expect(read(doc('networking.k8s.io/v1', 'IngressClass', 'p')).outOfModel).toEqual([]);
  });

  it('of two objects of one name the later one counts, with a word about it', () => {
    const set = read(
      doc('networking.k8s.io/v1', 'NetworkPolicy', 'a', '{ podSelector: {} }', 'x') +
        doc('networking.k8s.io/v1', 'NetworkPolicy', 'a', '{ podSelector: {}, ingress: [{}] }', 'x'),
    );
    expect(set.kubernetes.map(({ ingress }) => ingress.length)).toEqual([1]);
    expect(set.findings.map(({ id }) => id)).toEqual(['duplicate-object']);
  });
});
