import { printSelector } from '../../../src/policies/calico/selector-printer';
import { withoutPlaces } from '../resource-fixture';
import { egress, good, ingress, peer, read, type Kind } from './policy-fixture';

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

  it.each(
    (
      [
        // 2.2
        ['2.2.1 a type twice', '{ types: [Egress, Egress] }'],
        ['2.2.1 a type in small letters', '{ types: [ingress] }'],
        [
          '2.2.2 doNotTrack with preDNAT',
          '{ types: [Ingress], doNotTrack: true, preDNAT: true, applyOnForward: true }',
        ],
        [
          '2.2.2 preDNAT with egress rules',
          '{ types: [Ingress], preDNAT: true, applyOnForward: true, egress: [{ action: Allow }] }',
        ],
        ['2.2.2 preDNAT with the type Egress', '{ types: [Egress], preDNAT: true, applyOnForward: true }'],
        ['2.2.2 doNotTrack without applyOnForward', '{ doNotTrack: true }'],
        ['2.2.3 a selector that does not parse', '{ selector: "a = b" }', 'spec.selector'],
        [
          '2.2.3 a namespaceSelector that does not parse, which would select every host (2.6)',
          `{ namespaceSelector: "env = 'prod'" }`,
          'spec.namespaceSelector',
        ],
        [
          '2.2.3 a serviceAccountSelector that does not parse',
          '{ serviceAccountSelector: "(" }',
          'spec.serviceAccountSelector',
        ],
        ['2.2.3 the letters global() in a value', `{ selector: 'a == "global()"' }`],
        ['2.2.3 global() in a policy', '{ namespaceSelector: global() }'],
        ['2.2.4 http in egress', egress('{ action: Allow, http: { methods: [GET] } }')],
        [
          '2.2.5 services as the destination of ingress',
          ingress('{ action: Allow, destination: { services: { name: a, namespace: b } } }'),
        ],
        [
          '2.2.5 services as the source of egress',
          egress('{ action: Allow, source: { services: { name: a, namespace: b } } }'),
        ],
        [
          '2.2.5 services without namespace in a GlobalNetworkPolicy',
          egress('{ action: Allow, destination: { services: { name: a } } }'),
        ],
        ['2.2.6 an unknown hint', '{ performanceHints: [Faster] }'],
        // 2.3
        ['2.3.1 no action', ingress('{}'), 'spec.ingress[0].action'],
        ['2.3.1 allow', ingress('{ action: allow }')],
        ['2.3.1 allowfoo', ingress('{ action: allowfoo }')],
        ['2.3.2 protocol 0', ingress('{ action: Allow, protocol: 0 }')],
        ['2.3.2 tcp', ingress('{ action: Allow, protocol: tcp }')],
        ['2.3.2 tcpfoo', ingress('{ action: Allow, protocol: tcpfoo }')],
        ['2.3.2 "256"', ingress('{ action: Allow, protocol: "256" }')],
        ['2.3.2 "0"', ingress('{ action: Allow, protocol: "0" }')],
        [
          '2.3.3 a port number without protocol',
          ingress('{ action: Allow, destination: { ports: [80] } }'),
          'spec.ingress[0].destination.ports',
        ],
        [
          '2.3.3 a range without protocol in notPorts',
          ingress('{ action: Allow, source: { notPorts: ["1:2"] } }'),
        ],
        [
          '2.3.3 a port with ICMP',
          ingress('{ action: Allow, protocol: ICMP, destination: { ports: [80] } }'),
        ],
        [
          '2.3.3 a named port with UDPLite',
          ingress('{ action: Allow, protocol: UDPLite, destination: { ports: [http] } }'),
        ],
        [
          '2.3.3 a port with protocol 7',
          ingress('{ action: Allow, protocol: 7, destination: { ports: [80] } }'),
        ],
        ...['0', '65536', '"80-90"', '"1:2:3"', '"*"', '"10:1"', '"0:65536"', '80.5', 'HTTP', 'true'].map(
          (port): [string, string] => [
            `2.3.4 port ${port}`,
            ingress(`{ action: Allow, protocol: TCP, destination: { ports: [${port}] } }`),
          ],
        ),
        ['2.3.5 icmp with TCP', ingress('{ action: Allow, protocol: TCP, icmp: { type: 8 } }')],
        ['2.3.5 icmp without protocol', ingress('{ action: Allow, icmp: { type: 8 } }')],
        ['2.3.5 ICMP in IPv6', ingress('{ action: Allow, protocol: ICMP, ipVersion: 6 }')],
        ['2.3.5 not ICMPv6 in IPv4', ingress('{ action: Allow, notProtocol: ICMPv6, ipVersion: 4 }')],
        ['2.3.5 a code without type', ingress('{ action: Allow, protocol: ICMP, icmp: { code: 1 } }')],
        ['2.3.5 type 255', ingress('{ action: Allow, protocol: ICMP, icmp: { type: 255 } }')],
        ['2.3.5 code 256', ingress('{ action: Allow, protocol: ICMP, icmp: { type: 1, code: 256 } }')],
        ['1.2 ipVersion 5', ingress('{ action: Allow, ipVersion: 5 }')],
        ['2.3.6 an address without mask', peer('{ nets: [10.0.0.5] }'), 'spec.ingress[0].source.nets[0]'],
        ['2.3.6 host bits', peer('{ nets: [10.0.0.1/8] }')],
        ['2.3.6 host bits of IPv6', peer('{ nets: ["::1/33"] }')],
        ['2.3.7 both families', peer('{ nets: [10.0.0.0/8, "fd00::/8"] }')],
        [
          '2.3.7 blocks against ipVersion',
          ingress('{ action: Allow, ipVersion: 6, source: { nets: [10.0.0.0/8] } }'),
        ],
        ['2.3.8 notNets of everything', peer('{ notNets: [0.0.0.0/0] }')],
        ['2.3.8 notNets of everything in IPv6', peer('{ notNets: ["0::0/0"] }')],
        ['2.3.9 http with UDP', ingress('{ action: Allow, protocol: UDP, http: { methods: [GET] } }')],
        ['2.3.9 http with Deny', ingress('{ action: Deny, http: { methods: [GET] } }')],
        ['2.3.9 a method twice', ingress('{ action: Allow, http: { methods: [GET, GET] } }')],
        [
          '2.3.9 a path both exact and prefix',
          ingress('{ action: Allow, http: { paths: [{ exact: /a, prefix: /b }] } }'),
        ],
        ['2.3.9 a path without slash', ingress('{ action: Allow, http: { paths: [{ exact: a }] } }')],
        [
          '2.3.9 a path with a question mark',
          ingress('{ action: Allow, http: { paths: [{ prefix: "/a?b" }] } }'),
        ],
        [
          '2.3.10 services with ports',
          egress(
            '{ action: Allow, protocol: TCP, destination: { services: { name: a, namespace: b }, ports: [80] } }',
          ),
        ],
        // 2.4
        ['2.4.1 a rule selector that does not parse', peer('{ selector: "a =" }')],
        ['2.4.1 global() as selector', peer('{ selector: global() }')],
        ['2.4.2 global() && all()', peer('{ namespaceSelector: "global() && all()" }')],
        ['2.4.2 global()||all()', peer('{ namespaceSelector: "global()||all()" }')],
        ['2.4.2 !global()', peer('{ namespaceSelector: "!global()" }')],
        [
          '2.4.3 services beside a selector',
          egress('{ action: Allow, destination: { services: { name: a, namespace: b }, selector: all() } }'),
        ],
        [
          '2.4.3 services without name',
          egress('{ action: Allow, destination: { services: { namespace: b } } }'),
        ],
        ['1.2 an unknown field', '{ selectors: all() }', 'spec.selectors'],
        ['1.2 an unknown field of a rule', ingress('{ action: Allow, sources: {} }')],
        ['1.3 a rule list that is an object', '{ ingress: { action: Allow } }'],
      ] as [string, string, string?][]
    ).map(([title, spec, place]) => ({ title, spec, place })),
  )('refuses $title', ({ spec, place }) => {
    const { policy, findings } = read(spec);
    expect(policy).toBeUndefined();
    const errors = findings.filter(({ severity }) => severity === 'error');
    expect(errors.length).toBeGreaterThan(0);
    if (place !== undefined) expect(errors.map((finding) => finding.place.file)).toContain(place);
  });

  it('refuses namespaceSelector in a namespaced policy (1.2)', () => {
    expect(read('{ namespaceSelector: all() }', 'NetworkPolicy').findings.map(({ id }) => id)).toEqual([
      'unknown-field',
    ]);
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
