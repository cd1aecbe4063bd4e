import { readPolicies } from '../../../src/policies/read-policies';
import { resourcesOf, withoutPlaces, worded } from '../resource-fixture';
import { egress, good, ingress, peer, read } from './policy-fixture';

const ANY = { nets: [], notNets: [], ports: [], notPorts: [] };
const has = (key: string) => ({ type: 'has', key });

describe('the fields of Calico policies', () => {
  it('an empty policy has only what the API server fills in (calico-policy-model 1.2)', () => {
    expect(withoutPlaces(good('{}'))).toStrictEqual({
      kind: 'GlobalNetworkPolicy',
      staged: false,
      name: 'p',
      labels: {},
      tier: 'default',
      order: Infinity,
      types: ['ingress'],
      ingress: [],
      egress: [],
      hostOnly: false,
    });
  });

  it('an empty rule has no criterion', () => {
    const [rule] = good(ingress('{ action: Deny, source: {} }')).ingress;
    expect(withoutPlaces(rule)).toStrictEqual({
      action: 'Deny',
      source: ANY,
      destination: ANY,
      http: false,
    });
  });

  it('every field is kept', () => {
    const [rule] = good(
      ingress(`{ action: Allow, protocol: ICMPv6, notProtocol: 1, icmp: { type: 128, code: 0 }, notICMP: { type: 254 },
        metadata: { annotations: { why: x } },
        source: { selector: has(a), notSelector: has(b), namespaceSelector: has(c), serviceAccounts: { names: [s], selector: has(d) } } }`),
    ).ingress;
    expect(withoutPlaces(rule)).toStrictEqual({
      action: 'Allow',
      ipVersion: 6,
      protocol: 58,
      notProtocol: 1,
      icmp: { type: 128, code: 0 },
      notIcmp: { type: 254 },
      source: {
        ...ANY,
        selector: has('a'),
        notSelector: has('b'),
        namespaceSelector: has('c'),
        serviceAccounts: { names: ['s'], selector: has('d') },
      },
      destination: ANY,
      http: false,
      annotations: { why: 'x' },
    });
    const services = { name: 'a', namespace: 'b' };
    const [out] = good(
      egress('{ action: Allow, destination: { services: { name: a, namespace: b } } }'),
    ).egress;
    expect(out?.destination).toStrictEqual({ ...ANY, services });
    expect(good('{ performanceHints: [AssumeNeededOnEveryNode] }').performanceHints).toEqual([
      'AssumeNeededOnEveryNode',
    ]);
  });

  it.each(['{ type: 0 }', '{ type: 254 }', '{ type: 1, code: 0 }', '{ type: 1, code: 255 }', '{}'])(
    'takes icmp %s (2.3 item 5)',
    (icmp) => {
      const [rule] = good(ingress(`{ action: Allow, protocol: ICMP, icmp: ${icmp} }`)).ingress;
      expect(JSON.stringify(rule?.icmp).replaceAll('"', '')).toBe(icmp.replaceAll(' ', ''));
    },
  );

  it.each([
    ['1', 1],
    ['255', 255],
    ['"255"', 255],
    ['"1"', 1],
    ['TCP', 6],
    ['UDP', 17],
    ['ICMP', 1],
    ['ICMPv6', 58],
    ['SCTP', 132],
    ['UDPLite', 136],
  ])('the protocol %s is %i (1.2)', (written, number) => {
    const [rule] = good(ingress(`{ action: Allow, protocol: ${written} }`)).ingress;
    expect(rule?.protocol).toBe(number);
  });

  it.each(['TCP', 'UDP', 'SCTP'])('%s has ports (2.3 item 3)', (protocol) => {
    good(
      ingress(
        `{ action: Allow, protocol: ${protocol}, destination: { ports: [1, 65535, "1:65535", a80-90b] } }`,
      ),
    );
  });

  it('points at the version that Calico does not serve (1.1)', () => {
    const { findings } = read('{ types: [Ingress] }', 'GlobalNetworkPolicy', 'p', 'projectcalico.org/v1');
    expect(findings.map(({ place, message }) => [place.file, message])).toEqual([
      ['apiVersion', expect.stringContaining('projectcalico.org/v1 is not served')],
    ]);
  });

  it('warns of icmp beside the number of ICMPv6 too (2.3 item 5)', () => {
    const { findings } = read(ingress('{ action: Allow, protocol: 58, icmp: { type: 128 } }'));
    expect(findings.map(({ place, mend }) => [place.file, mend])).toEqual([
      ['spec.ingress[0].icmp', 'Write protocol: ICMPv6.'],
    ]);
  });

  it('accounts by selector alone have no names (2.4)', () => {
    const [rule] = good(peer('{ serviceAccounts: { selector: has(a) } }')).ingress;
    expect(rule?.source).toStrictEqual({ ...ANY, serviceAccounts: { names: [], selector: has('a') } });
    const [named] = good(peer('{ serviceAccounts: { names: [a] } }')).ingress;
    expect(named?.source).toStrictEqual({ ...ANY, serviceAccounts: { names: ['a'] } });
  });

  it('names what is doubtful of service accounts at its place (2.4 item 4)', () => {
    const long = 'A'.repeat(100);
    const { findings } = read(peer(`{ serviceAccounts: { names: [a, ${long}] } }`));
    expect(findings.map(({ place, message }) => [place.file, message])).toEqual([
      ['spec.ingress[0].source.serviceAccounts.names[1]', expect.stringContaining(`"${'A'.repeat(80)}"`)],
    ]);
    expect(read(peer('{ serviceAccounts: {} }')).findings.map(({ place }) => place.file)).toEqual([
      'spec.ingress[0].source.serviceAccounts',
    ]);
    const { policy } = read(peer(`{ serviceAccounts: { names: ["a'}||has(b)||c in {'d"] } }`));
    expect(Object.keys(policy?.ingress[0]?.source ?? {}).sort()).toEqual([
      'nets',
      'notNets',
      'notPorts',
      'ports',
      'selector',
    ]);
  });

  it.each([
    ['{ selector: \'a in {"all()"}\' }', 'spec.selector', 'spec.selector has a value with "all()"'],
    [
      '{ serviceAccountSelector: "has(a) || global( )" }',
      'spec.serviceAccountSelector',
      'spec.serviceAccountSelector uses global()',
    ],
  ])('warns of a selector that versions read differently: %s (2.2 item 3, 4.2)', (spec, place, words) => {
    const { policy, findings } = read(spec);
    expect(policy?.types).toEqual(['ingress']);
    expect(findings.map((one) => [one.severity, one.place.file, one.message])).toEqual([
      ['warning', place, expect.stringContaining(words)],
    ]);
  });

  it('takes global() with blanks around it, and as a notSelector without a word (2.4)', () => {
    const [rule] = good(
      peer('{ namespaceSelector: " \\t global( \\t ) \\t ", notSelector: global() }').replaceAll(
        '\\\\t',
        '\\t',
      ),
    ).ingress;
    expect(rule?.source).toMatchObject({
      namespaceSelector: { type: 'global' },
      notSelector: { type: 'global' },
    });
  });

  it('says of http where it is not enforced, and takes paths of any length (1.2, 2.3 item 9)', () => {
    const { policy, findings } = read(
      ingress('{ action: Allow, http: { paths: [{ exact: /a/long/path }, { prefix: / }] } }'),
    );
    expect(policy?.ingress[0]?.http).toBe(true);
    expect(findings.map(({ place, message }) => [place.file, message])).toEqual([
      ['spec.ingress[0].http', expect.stringContaining('spec.ingress[0].http is enforced by none')],
    ]);
  });

  it('takes 1024 rules, and points at more', () => {
    const rules = (count: number): string => ingress(Array(count).fill('{ action: Allow }').join(', '));
    good(rules(1024));
    expect(read(rules(1025)).findings.map(({ place }) => place.file)).toEqual(['spec.ingress']);
  });

  it('points at the list that makes the types ambiguous (1.3)', () => {
    const { findings } = read('{ ingress: [{ action: Allow }], egress: [] }');
    expect(findings.map(({ place, message }) => [place.file, message])).toEqual([
      ['spec.egress', expect.stringContaining('spec.egress is an empty list')],
    ]);
  });

  it('what is null is not there, even when the policy only deletes (2.2)', () => {
    good('{ stagedAction: Delete, order: null }', 'StagedGlobalNetworkPolicy');
    expect(good('{ stagedAction: "" }', 'StagedGlobalNetworkPolicy').stagedAction).toBe('Set');
  });

  it('says nothing of tiers in names past the API server, which checks none (1.1)', () => {
    const { findings } = read(
      '{ tier: t, types: [Ingress] }',
      'GlobalNetworkPolicy',
      'p',
      'crd.projectcalico.org/v1',
    );
    expect(findings.map(({ id, place }) => [id, place.file])).toEqual([['calico-storage-api', 'apiVersion']]);
  });

  it.each([
    ['GlobalNetworkPolicy', '', 'all ingress of every pod and every host of the cluster'],
    ['NetworkPolicy', ', namespace: a', 'all ingress of every pod of the namespace a'],
  ])('says whom a %s without spec closes (1.2)', (kind, namespace, words) => {
    const { findings } = readPolicies(
      resourcesOf(`{ apiVersion: projectcalico.org/v3, kind: ${kind}, metadata: { name: p${namespace} } }`),
    );
    expect(findings.map(({ place, message }) => [place.file, message])).toEqual([
      ['spec', expect.stringContaining(words)],
    ]);
  });
});

describe('network sets and tiers (calico-policy-model 2.5)', () => {
  const object = (kind: string, name: string, rest: string, version = 'projectcalico.org/v3') => {
    const set = readPolicies(
      resourcesOf(`{ apiVersion: ${version}, kind: ${kind}, metadata: { name: ${name} }${rest} }`),
    );
    return { ...set, places: worded([...set.findings]).map(({ place, message }) => [place.file, message]) };
  };

  it('reads addresses and blocks, sorted, host bits cut off', () => {
    const { networkSets } = object(
      'GlobalNetworkSet',
      's',
      ', spec: { nets: ["fd00::1", 10.1.2.3/8, 9.0.0.1] }',
    );
    expect(withoutPlaces(networkSets)).toStrictEqual([
      {
        name: 's',
        labels: {},
        nets: [
          { version: 4, base: (9n << 24n) + 1n, prefix: 32 },
          { version: 4, base: 10n << 24n, prefix: 8 },
          { version: 6, base: (0xfd00n << 112n) + 1n, prefix: 128 },
        ],
      },
    ]);
    expect(withoutPlaces(object('NetworkSet', 's', '').networkSets)).toStrictEqual([
      { namespace: 'default', name: 's', labels: {}, nets: [] },
    ]);
  });

  it.each([
    [', spec: { nets: [10.0.0.1, 10.0.0.1] }', 'spec.nets[1]', 'spec.nets[1] names 10.0.0.1 twice'],
    [', spec: { nets: [10.0.0.1, ""] }', 'spec.nets[1]', 'spec.nets[1] is empty'],
    [', spec: { nets: [10.0.0.1, x] }', 'spec.nets[1]', 'spec.nets[1] is no address'],
    [', spec: { nets: [10.0.0.1, x/8] }', 'spec.nets[1]', 'spec.nets[1] is no address'],
    [', spec: { net: [10.0.0.1] }', 'spec.net', 'not a field'],
  ])('points at what is wrong with a set %s', (rest, place, words) => {
    expect(object('GlobalNetworkSet', 's', rest).places).toEqual([[place, expect.stringContaining(words)]]);
  });

  it('refuses the label of a namespace at its place (2.1)', () => {
    const text =
      '{ apiVersion: projectcalico.org/v3, kind: NetworkSet, metadata: { name: a, labels: { projectcalico.org/namespace: b } } }';
    expect(readPolicies(resourcesOf(text)).findings.map(({ place }) => place.file)).toEqual([
      expect.stringContaining('projectcalico.org/namespace'),
    ]);
  });

  it.each([
    ['a', ', spec: { defaultAction: Allow }', 'spec.defaultAction', '"Allow"'],
    ['a', ', spec: { defaultActions: Deny }', 'spec.defaultActions', 'not a field'],
    ['default', ', spec: { order: 5 }', 'spec', 'Calico refuses another order'],
  ])('points at what is wrong with the tier %s%s', (name, rest, place, words) => {
    expect(object('Tier', name, rest).places).toEqual([[place, expect.stringContaining(words)]]);
  });

  it.each([
    ['default', '', 1_000_000, 'Deny'],
    ['kube-admin', '', 1_000, 'Pass'],
    ['kube-baseline', ', spec: {}', 10_000_000, 'Pass'],
    ['default', ', spec: { order: 1000000, defaultAction: Deny }', 1_000_000, 'Deny'],
    ['mine', '', 1_000_000, 'Deny'],
  ])('fills in the tier %s%s', (name, rest, order, defaultAction) => {
    const { tiers, places } = object('Tier', name, rest);
    expect(places).toEqual([]);
    expect(tiers.filter((tier) => tier.name === name)).toMatchObject([{ order, defaultAction }]);
  });
});
