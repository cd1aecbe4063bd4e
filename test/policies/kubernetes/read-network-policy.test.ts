import fc from 'fast-check';
import type { Finding } from '../../../src/model/finding';
import { parseCidr } from '../../../src/model/cidr';
import { NOWHERE } from '../../../src/model/place';
import type {
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
} from '../../../src/policies/kubernetes/network-policy';
import { printNetworkPolicy } from '../../../src/policies/kubernetes/print-network-policy';
import { readNetworkPolicy } from '../../../src/policies/kubernetes/read-network-policy';
import {
  cidr4Arbitrary,
  cidr6Arbitrary,
  labelSelectorArbitrary,
  labelsArbitrary,
  portNameArbitrary,
  portNumberArbitrary,
} from '../policy-arbitrary';
import { fromYaml, resourceOf, withoutPlaces, worded } from '../resource-fixture';

function read(
  spec: string,
  metadata = '{ name: p, namespace: shop }',
): { policy: NetworkPolicy | undefined; findings: Finding[] } {
  const findings: Finding[] = [];
  const manifest = fromYaml(
    `{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: ${metadata}, spec: ${spec} }`,
  );
  const policy = readNetworkPolicy(resourceOf(manifest), findings);
  return { policy, findings: worded(findings) };
}

function good(spec: string): NetworkPolicy {
  const { policy, findings } = read(spec);
  expect(findings).toEqual([]);
  if (policy === undefined) throw new Error('not read');
  return policy;
}

describe('readNetworkPolicy', () => {
  describe('fills in what the API server fills in (network-policy-semantics 2.1)', () => {
    it.each([
      ['{ podSelector: {} }', ['ingress']],
      ['{ podSelector: {}, policyTypes: [] }', ['ingress']],
      ['{ podSelector: {}, ingress: [{}] }', ['ingress']],
      ['{ podSelector: {}, egress: [] }', ['ingress']],
      ['{ podSelector: {}, egress: [{}] }', ['ingress', 'egress']],
      ['{ podSelector: {}, policyTypes: [Egress] }', ['egress']],
      ['{ podSelector: {}, policyTypes: [Egress, Ingress] }', ['ingress', 'egress']],
      ['{ podSelector: {}, policyTypes: [Ingress], egress: [{}] }', ['ingress']],
    ])('policyTypes of %s (item 2)', (spec, types) => {
      expect(good(spec).types).toEqual(types);
    });

    it('an empty rule allows everything, no rule nothing (items 3 and 5)', () => {
      expect(
        withoutPlaces(good('{ podSelector: {}, ingress: [{}, { from: [], ports: [] }] }').ingress),
      ).toEqual([
        { peers: 'any', ports: 'all' },
        { peers: 'any', ports: 'all' },
      ]);
      expect(good('{ podSelector: {}, ingress: [] }').ingress).toEqual([]);
    });

    it('a missing podSelector selects every pod, with a word about it (item 4)', () => {
      const { policy, findings } = read('{}');
      expect(policy?.podSelector).toEqual({ matchLabels: {}, matchExpressions: [] });
      expect(findings).toEqual([
        expect.objectContaining({ id: 'missing-pod-selector', severity: 'warning' }),
      ]);
      expect(findings.map(({ place }) => place.file)).toEqual(['spec.podSelector']);
      expect(read('null').policy?.types).toEqual(['ingress']);
    });

    it('a port without protocol is TCP, without port the whole protocol (item 9)', () => {
      const [rule] = good(
        '{ podSelector: {}, ingress: [{ ports: [{}, { port: 80 }, { protocol: UDP }, { port: http }, { port: 1, endPort: 9 }] }] }',
      ).ingress;
      expect(rule?.ports).toEqual([
        { protocol: 'TCP' },
        { protocol: 'TCP', port: 80 },
        { protocol: 'UDP' },
        { protocol: 'TCP', port: 'http' },
        { protocol: 'TCP', port: 1, endPort: 9 },
      ]);
    });

    it('a block with host bits is masked (item 7), with a warning', () => {
      const { policy, findings } = read(
        '{ podSelector: {}, egress: [{ to: [{ ipBlock: { cidr: 192.168.242.213/24 } }] }] }',
      );
      expect(findings).toMatchObject([
        {
          id: 'cidr-host-bits',
          severity: 'warning',
          mend: 'Write 192.168.242.0/24 for the block, or 192.168.242.213/32 for the one address.',
        },
      ]);
      const [rule] = policy?.egress ?? [];
      expect(rule?.peers).toEqual([
        { type: 'ipBlock', cidr: parseCidr('192.168.242.0/24', { hostBits: 'error' }).cidr, except: [] },
      ]);
    });

    it('keeps both selectors of one item together and absent ones absent (item 6)', () => {
      const [rule] = good(
        '{ podSelector: {}, ingress: [{ from: [{ podSelector: {}, namespaceSelector: {} }, { podSelector: {} }, { namespaceSelector: {} }] }] }',
      ).ingress;
      const all = { matchLabels: {}, matchExpressions: [] };
      expect(rule?.peers).toEqual([
        { type: 'pods', namespaceSelector: all, podSelector: all },
        { type: 'pods', podSelector: all },
        { type: 'pods', namespaceSelector: all },
      ]);
    });
  });

  describe('refuses what the API server refuses', () => {
    const rule = (text: string): string => `{ podSelector: {}, ingress: [${text}] }`;
    const port = (text: string): string => rule(`{ ports: [${text}] }`);
    const peer = (text: string): string => rule(`{ from: [${text}] }`);

    it.each([
      ['a port of 0', port('{ port: 0 }'), 'spec.ingress[0].ports[0].port'],
      ['a port beyond 65535', port('{ port: 65536 }'), 'spec.ingress[0].ports[0].port'],
      ['a fraction', port('{ port: 80.5 }'), 'spec.ingress[0].ports[0].port'],
      [
        'a quoted number, which is a name without a letter',
        port('{ port: "80" }'),
        'spec.ingress[0].ports[0].port',
      ],
      ['a range in a string', port('{ port: "80-90" }'), 'spec.ingress[0].ports[0].port'],
      ['a name of 16 characters', port('{ port: abcdefghijklmnop }'), 'spec.ingress[0].ports[0].port'],
      ['a name in capitals', port('{ port: HTTP }'), 'spec.ingress[0].ports[0].port'],
      ['a name with --', port('{ port: a--b }'), 'spec.ingress[0].ports[0].port'],
      ['a name ending in -', port('{ port: a- }'), 'spec.ingress[0].ports[0].port'],
      ['endPort without port (item 10)', port('{ endPort: 90 }'), 'spec.ingress[0].ports[0].endPort'],
      [
        'endPort with a named port (item 10)',
        port('{ port: http, endPort: 90 }'),
        'spec.ingress[0].ports[0].endPort',
      ],
      ['endPort below port (item 10)', port('{ port: 90, endPort: 80 }'), 'spec.ingress[0].ports[0].endPort'],
      ['endPort beyond 65535', port('{ port: 90, endPort: 70000 }'), 'spec.ingress[0].ports[0].endPort'],
      ['a protocol in small letters', port('{ protocol: tcp }'), 'spec.ingress[0].ports[0].protocol'],
      ['a protocol without ports', port('{ protocol: ICMP }'), 'spec.ingress[0].ports[0].protocol'],
      ['an empty peer (item 6)', peer('{}'), 'spec.ingress[0].from[0]'],
      ['a peer whose selector is null', peer('{ podSelector: null }'), 'spec.ingress[0].from[0]'],
      [
        'an ipBlock beside a selector (item 7)',
        peer('{ podSelector: {}, ipBlock: { cidr: 10.0.0.0/8 } }'),
        'spec.ingress[0].from[0]',
      ],
      ['an ipBlock without cidr', peer('{ ipBlock: {} }'), 'spec.ingress[0].from[0].ipBlock.cidr'],
      [
        'an address without prefix',
        peer('{ ipBlock: { cidr: 10.0.0.1 } }'),
        'spec.ingress[0].from[0].ipBlock.cidr',
      ],
      [
        'except equal to cidr (item 7)',
        peer('{ ipBlock: { cidr: 10.0.0.0/8, except: [10.0.0.0/8] } }'),
        'spec.ingress[0].from[0].ipBlock.except[0]',
      ],
      [
        'except outside cidr (item 7)',
        peer('{ ipBlock: { cidr: 10.0.0.0/8, except: [11.0.0.0/16] } }'),
        'spec.ingress[0].from[0].ipBlock.except[0]',
      ],
      [
        'except of the other family',
        peer('{ ipBlock: { cidr: "::/0", except: [10.0.0.0/8] } }'),
        'spec.ingress[0].from[0].ipBlock.except[0]',
      ],
      ['a peer that is a string', peer('everyone'), 'spec.ingress[0].from[0]'],
      ['from as an object', rule('{ from: { podSelector: {} } }'), 'spec.ingress[0].from'],
      ['an unknown direction', '{ podSelector: {}, policyTypes: [ingress] }', 'spec.policyTypes[0]'],
      ['three types', '{ podSelector: {}, policyTypes: [Ingress, Egress, Ingress] }', 'spec.policyTypes'],
      [
        'a selector operator that does not exist',
        '{ podSelector: { matchExpressions: [{ key: a, operator: Equals, values: [b] }] } }',
        'spec.podSelector.matchExpressions[0].operator',
      ],
      [
        'In without values',
        '{ podSelector: { matchExpressions: [{ key: a, operator: In }] } }',
        'spec.podSelector.matchExpressions[0].values',
      ],
      ['a selector in a word', '{ podSelector: web }', 'spec.podSelector'],
      ['labels straight in the selector', '{ podSelector: { app: web } }', 'spec.podSelector.app'],
    ])('%s', (_, spec, place) => {
      const { policy, findings } = read(spec);
      expect(policy).toBeUndefined();
      const errors = findings.filter(({ severity }) => severity === 'error');
      expect(errors.map((finding) => finding.place.file)).toEqual([place]);
      expect(errors.map(({ message }) => message)).toEqual([expect.stringContaining(place)]);
    });

    it.each([
      [port('{ port: "8080" }'), 'Write port: 8080 without quotes.'],
      [port('{ port: a80 b }'), 'Write a port number or the name of a container port.'],
      [port('{ port: "80-90" }'), 'Write a port number or the name of a container port.'],
      [port('{ endPort: 90 }'), 'Set port to the first port of the range.'],
      [port('{ port: http, endPort: 90 }'), 'Write port as a number, or remove endPort.'],
      [port('{ protocol: tcp }'), 'Write TCP, with this spelling.'],
      [port('{ protocol: ICMP }'), 'Use one of TCP, UDP, SCTP.'],
    ])('%s, and says how to mend it', (spec, mend) => {
      expect(read(spec).findings.map((finding) => finding.mend)).toEqual([mend]);
    });

    it.each([
      port('{ port: 1 }'),
      port('{ port: 65535 }'),
      port('{ port: 65535, endPort: 65535 }'),
      port('{ port: 1, endPort: 1 }'),
    ])('takes %s, at the bounds', (spec) => {
      good(spec);
    });

    it.each([port('{ port: 0, endPort: 90 }'), port('{ port: x y, endPort: 90 }'), '{ podSelector: web }'])(
      'says of %s one thing only',
      (spec) => {
        expect(read(spec).findings).toHaveLength(1);
      },
    );

    it('only the wrong except of several', () => {
      const spec = peer('{ ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16, 10.2.0.0] } }');
      expect(read(spec).findings.map(({ place }) => place.file)).toEqual([
        'spec.ingress[0].from[0].ipBlock.except[1]',
      ]);
    });

    it('an unknown field, with the field that was meant', () => {
      expect(read('{ podSelectors: {} }').findings.find(({ id }) => id === 'unknown-field')).toMatchObject({
        severity: 'error',
        mend: 'Did you mean spec.podSelector?',
      });
      expect(read(rule('{ fron: [] }')).findings).toEqual([
        expect.objectContaining({ id: 'unknown-field', mend: 'Did you mean spec.ingress[0].from?' }),
      ]);
    });

    it.each(['Shop', 'a_b', '-a', 'a..b', 'x'.repeat(254)])('the name %s', (name) => {
      const { policy, findings } = read('{ podSelector: {} }', `{ name: "${name}" }`);
      expect(policy).toBeUndefined();
      expect(findings).toHaveLength(1);
    });
  });

  it('takes a policy without namespace as one of the namespace default', () => {
    expect(read('{ podSelector: {} }', '{ name: p }').policy?.namespace).toBe('default');
  });
});

describe('printNetworkPolicy', () => {
  const peerArbitrary: fc.Arbitrary<NetworkPolicyPeer> = fc.oneof(
    fc
      .record(
        { namespaceSelector: labelSelectorArbitrary, podSelector: labelSelectorArbitrary },
        { requiredKeys: [] },
      )
      .filter((selectors) => Object.keys(selectors).length > 0)
      .map((selectors): NetworkPolicyPeer => ({ type: 'pods', ...selectors })),
    cidr4Arbitrary.map((inner): NetworkPolicyPeer => ({
      type: 'ipBlock',
      cidr: { version: 4, base: 0n, prefix: 0 },
      except: [inner],
    })),
    cidr6Arbitrary.map((cidr): NetworkPolicyPeer => ({ type: 'ipBlock', cidr, except: [] })),
  );
  const protocol = fc.constantFrom('TCP' as const, 'UDP' as const, 'SCTP' as const);
  const portArbitrary: fc.Arbitrary<NetworkPolicyPort> = fc.oneof(
    fc.record({ protocol }),
    fc.record({ protocol, port: fc.oneof(portNumberArbitrary, portNameArbitrary) }),
    fc
      .tuple(protocol, portNumberArbitrary, portNumberArbitrary)
      .map(([name, a, b]) => ({ protocol: name, port: Math.min(a, b), endPort: Math.max(a, b) })),
  );
  const ruleArbitrary = fc.record({
    peers: fc.oneof(fc.constant('any' as const), fc.array(peerArbitrary, { minLength: 1, maxLength: 3 })),
    ports: fc.oneof(fc.constant('all' as const), fc.array(portArbitrary, { minLength: 1, maxLength: 3 })),
    place: fc.constant(NOWHERE),
  });
  const policyArbitrary: fc.Arbitrary<NetworkPolicy> = fc.record({
    kind: fc.constant('NetworkPolicy' as const),
    namespace: fc.constant('shop'),
    name: fc.constant('p'),
    labels: labelsArbitrary,
    podSelector: labelSelectorArbitrary,
    types: fc.constantFrom(
      ['ingress' as const],
      ['egress' as const],
      ['ingress' as const, 'egress' as const],
    ),
    ingress: fc.array(ruleArbitrary, { maxLength: 2 }),
    egress: fc.array(ruleArbitrary, { maxLength: 2 }),
    place: fc.constant(NOWHERE),
  });

  it('prints nothing that is not there, and labels and types in their order', () => {
    const text = `{ podSelector: {}, policyTypes: [Ingress, Egress],
      ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }, { podSelector: {} }, { namespaceSelector: {} }], ports: [{ protocol: UDP }, { protocol: TCP, port: 1, endPort: 2 }] }],
      egress: [{ to: [{ ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16] } }] }, {}] }`;
    const policy = good(text);
    const printed = printNetworkPolicy({ ...policy, types: ['egress', 'ingress'], labels: { b: '', a: '' } });
    expect(printed).toStrictEqual({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'p', namespace: 'shop', labels: { a: '', b: '' } },
      spec: fromYaml(text),
    });
    expect(JSON.stringify(printed.metadata)).toBe('{"name":"p","namespace":"shop","labels":{"a":"","b":""}}');
    expect(printNetworkPolicy(policy).metadata).toStrictEqual({ name: 'p', namespace: 'shop' });
  });

  it('prints what reads back as the same policy', () => {
    fc.assert(
      fc.property(policyArbitrary, (policy) => {
        const findings: Finding[] = [];
        const again = readNetworkPolicy(resourceOf(printNetworkPolicy(policy)), findings);
        expect(findings).toEqual([]);
        expect(withoutPlaces(again)).toEqual(withoutPlaces(policy));
      }),
    );
  });

  it('leaves out a rule that allows nobody, because an empty list would allow everybody', () => {
    const [base] = fc.sample(policyArbitrary, 1);
    if (base === undefined) throw new Error('no sample');
    const closed: NetworkPolicy = {
      ...base,
      ingress: [{ peers: [], ports: 'all', place: NOWHERE }],
      egress: [{ peers: 'any', ports: [], place: NOWHERE }],
    };
    const { spec } = printNetworkPolicy(closed);
    expect(Object.keys(spec ?? {})).toEqual(['podSelector', 'policyTypes']);
  });
});

describe('metadata that the API server refuses (Kubernetes 1.34, validation of object metadata)', () => {
  it.each([
    ['{ name: p, namespace: Shop }', 'cannot be the name of a namespace'],
    ['{ name: p, namespace: 7 }', 'metadata.namespace must be a string'],
    ['{ name: p, annotations: { a: 1 } }', 'metadata.annotations.a must be a string'],
    ['{ name: p, annotations: { "a b": x } }', 'is not an annotation key'],
    ['{ name: p, anotations: null }', 'metadata.anotations is not a field'],
  ])('%s is an error, and the policy does not exist', (metadata, message) => {
    const { policy, findings } = read('{ podSelector: {} }', metadata);
    expect(policy).toBeUndefined();
    expect(findings.map((finding) => finding.message)).toEqual([expect.stringContaining(message)]);
  });

  it('has annotation keys in any case, and any values', () => {
    const { policy, findings } = read(
      '{ podSelector: {} }',
      '{ name: p, annotations: { Example.com/Why: "a b" } }',
    );
    expect({ read: policy !== undefined, findings }).toEqual({ read: true, findings: [] });
  });
});
