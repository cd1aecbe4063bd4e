import { printSelector } from '../../../src/policies/calico/selector-printer';
import { withoutPlaces } from '../resource-fixture';
import { good, ingress, peer, read, type Kind } from './policy-fixture';

describe('readCalicoPolicy', () => {
  it.each([
    ['{}', ['ingress']],
    ['{ ingress: [{ action: Allow }] }', ['ingress']],
    ['{ egress: [{ action: Allow }] }', ['egress']],
    ['{ ingress: [{ action: Allow }], egress: [{ action: Allow }] }', ['ingress', 'egress']],
    ['{ types: [Egress, Ingress] }', ['ingress', 'egress']],
    ['{ types: [Ingress], egress: [{ action: Allow }] }', ['ingress']],
  ])('types of %s (calico-policy-model 1.3)', (spec, types) => {
    expect(good(spec).types).toEqual(types);
  });

  it.each([
    ['{ egress: [] }', ['ingress']],
    ['{ ingress: [], egress: [{ action: Allow }] }', ['egress']],
  ])(
    'an empty list beside missing types is read as the API server does, with a word (1.3): %s',
    (spec, types) => {
      const { policy, findings } = read(spec);
      expect(policy?.types).toEqual(types);
      expect(findings).toEqual([expect.objectContaining({ id: 'ambiguous-types', severity: 'warning' })]);
    },
  );

  it('past the API server missing types mean both directions (1.3), and a warning says where that is', () => {
    const { policy, findings } = read(
      '{ egress: [{ action: Allow }] }',
      'GlobalNetworkPolicy',
      'p',
      'crd.projectcalico.org/v1',
    );
    expect(policy?.types).toEqual(['ingress', 'egress']);
    expect(findings.map(({ id }) => id)).toEqual(['calico-storage-api']);
  });

  it('fills in tier and order (1.2)', () => {
    expect(good('{}')).toMatchObject({ tier: 'default', order: Infinity, staged: false, hostOnly: false });
    expect(good('{ tier: platform, order: -1.5 }', 'GlobalNetworkPolicy', 'platform.p')).toMatchObject({
      tier: 'platform',
      order: -1.5,
    });
  });

  it('takes an empty selector for none', () => {
    const policy = good('{ selector: "", namespaceSelector: "has(a)" }');
    expect(policy.selector).toBeUndefined();
    expect(policy.namespaceSelector).toEqual({ type: 'has', key: 'a' });
  });

  it('reads staged kinds as staged', () => {
    expect(good('{}', 'StagedNetworkPolicy')).toMatchObject({
      kind: 'CalicoNetworkPolicy',
      staged: true,
      stagedAction: 'Set',
      namespace: 'shop',
    });
    expect(
      good('{ stagedAction: Delete, tier: platform }', 'StagedGlobalNetworkPolicy', 'platform.p'),
    ).toMatchObject({
      kind: 'GlobalNetworkPolicy',
      stagedAction: 'Delete',
    });
    expect(read('{ stagedAction: Delete, order: 1 }', 'StagedGlobalNetworkPolicy').policy).toBeUndefined();
    good('{ stagedAction: Delete, selector: "", doNotTrack: false }', 'StagedGlobalNetworkPolicy');
  });

  it('marks policies that pods ignore', () => {
    expect(good('{ doNotTrack: true, applyOnForward: true }')).toMatchObject({
      hostOnly: true,
      hostFlags: ['doNotTrack', 'applyOnForward'],
    });
    expect(good('{ applyOnForward: true }').hostOnly).toBe(false);
  });

  it('reads protocols, ports and families (1.2, 5.5)', () => {
    const [named, numbered, other] = good(
      '{ types: [Ingress], ingress: [{ action: Allow, protocol: ICMP }, { action: Allow, protocol: "17", destination: { ports: [53, "80", "8000:8080", http] } }, { action: Deny, notProtocol: ICMPv6, ipVersion: 6 }] }',
    ).ingress;
    expect(named).toMatchObject({ protocol: 1, ipVersion: 4 });
    expect(numbered).toMatchObject({
      protocol: 17,
      destination: {
        ports: [
          { first: 53, last: 53 },
          { first: 80, last: 80 },
          { first: 8000, last: 8080 },
          { name: 'http' },
        ],
      },
    });
    expect(withoutPlaces(other)).toMatchObject({ notProtocol: 58, ipVersion: 6 });
  });

  it('reads the selectors of a rule', () => {
    const [rule] = good(
      peer('{ selector: "a == \'b\'", namespaceSelector: global(), serviceAccounts: { names: [z, a] } }'),
    ).ingress;
    expect(rule?.source.selector && printSelector(rule.source.selector)).toBe('a == "b"');
    expect(rule?.source).toMatchObject({
      namespaceSelector: { type: 'global' },
      serviceAccounts: { names: ['a', 'z'] },
    });
  });

  it('says that http is not enforced (1.2)', () => {
    const { policy, findings } = read(
      ingress('{ action: Allow, http: { methods: [GET], paths: [{ exact: /a }] } }'),
    );
    expect(policy?.ingress[0]?.http).toBe(true);
    expect(findings.map(({ id }) => id)).toEqual(['http-not-enforced']);
  });

  it.each<[string, Kind, boolean]>([
    ['a', 'GlobalNetworkPolicy', true],
    ['tier.a', 'GlobalNetworkPolicy', true],
    ['tHiNg', 'GlobalNetworkPolicy', false],
    ['t~!s.h.i.ng', 'GlobalNetworkPolicy', false],
    ['t.h.i.ng', 'GlobalNetworkPolicy', false],
    ['knp.default.x', 'GlobalNetworkPolicy', false],
    ['knp.default.x', 'NetworkPolicy', true],
    ['a.b.c', 'NetworkPolicy', false],
    ['a'.repeat(254), 'NetworkPolicy', false],
  ])('name %s of a %s (1.4, 2.1): %s', (name, kind, fine) => {
    expect(read('{}', kind, name).policy !== undefined).toBe(fine);
  });

  it.each<[string, string, Kind, string]>([
    ['p', 't', 'GlobalNetworkPolicy', 'Name it t.p, which every version takes.'],
    ['p', 't', 'StagedNetworkPolicy', 'Name it t.p, which every version takes.'],
    ['u.p', 't', 'NetworkPolicy', 'Write spec.tier: u, or give the policy a name without a dot behind t.'],
    ['u.p', 'default', 'NetworkPolicy', 'Write spec.tier: u, or give the policy a name without a dot.'],
  ])('warns of the name %s in tier %s (1.4): Calico 3.29 to 3.31 refuse it', (name, tier, kind, mend) => {
    const { policy, findings } = read(`{ tier: ${tier}, types: [Ingress] }`, kind, name);
    expect(policy?.name).toBe(name);
    expect(findings).toEqual([
      expect.objectContaining({
        id: 'tier-prefix',
        severity: 'warning',
        message: expect.stringContaining(
          `the name ${name} does not fit the tier ${tier}: Calico 3.29 to 3.31`,
        ),
        mend,
      }),
    ]);
  });

  it.each<[string, string, Kind]>([
    ['t.p', 't', 'GlobalNetworkPolicy'],
    ['p', 'default', 'GlobalNetworkPolicy'],
    ['default.p', 'default', 'NetworkPolicy'],
    ['knp.default.p', 'default', 'NetworkPolicy'],
    ['kanp.adminnetworkpolicy', 'adminnetworkpolicy', 'GlobalNetworkPolicy'],
  ])('takes the name %s in tier %s without a word (1.4)', (name, tier, kind) => {
    expect(read(`{ tier: ${tier}, types: [Ingress] }`, kind, name).findings).toEqual([]);
  });

  it('refuses versions Calico does not serve', () => {
    expect(read('{}', 'GlobalNetworkPolicy', 'p', 'projectcalico.org/v1').policy).toBeUndefined();
  });
});
