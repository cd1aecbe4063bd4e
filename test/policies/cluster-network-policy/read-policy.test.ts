import fc from 'fast-check';
import type { Finding } from '../../../src/model/finding';
import { NOWHERE } from '../../../src/model/place';
import type {
  ClusterWidePeer,
  ClusterWidePods,
  ClusterWidePolicy,
  ClusterWidePort,
} from '../../../src/policies/cluster-network-policy/policy';
import { printClusterWidePolicy } from '../../../src/policies/cluster-network-policy/print-policy';
import { readClusterWidePolicy } from '../../../src/policies/cluster-network-policy/read-policy';
import {
  cidr4Arbitrary,
  labelSelectorArbitrary,
  portNameArbitrary,
  portNumberArbitrary,
} from '../policy-arbitrary';
import { fromYaml, resourceOf, withoutPlaces, worded } from '../resource-fixture';

type Kind = ClusterWidePolicy['kind'];

function read(
  kind: Kind,
  spec: string,
  name = 'default',
): { policy: ClusterWidePolicy | undefined; findings: Finding[] } {
  const findings: Finding[] = [];
  const version = kind === 'ClusterNetworkPolicy' ? 'v1alpha2' : 'v1alpha1';
  const manifest = fromYaml(
    `{ apiVersion: policy.networking.k8s.io/${version}, kind: ${kind}, metadata: { name: ${name} }, spec: ${spec} }`,
  );
  const policy = readClusterWidePolicy(resourceOf(manifest), kind, findings);
  return { policy, findings: worded(findings) };
}

const everyone = { namespaceSelector: { matchLabels: {}, matchExpressions: [] } };
const cnp = (rest: string): string => `{ tier: Admin, priority: 10, subject: { namespaces: {} }, ${rest} }`;
const anp = (rest: string): string => `{ priority: 10, subject: { namespaces: {} }, ${rest} }`;
const banp = (rest: string): string => `{ subject: { namespaces: {} }, ${rest} }`;

describe('readClusterWidePolicy', () => {
  it('reads a ClusterNetworkPolicy', () => {
    const { policy, findings } = read(
      'ClusterNetworkPolicy',
      cnp(`egress: [{ name: out, action: Accept, to: [{ networks: [10.0.0.1/8] }, { nodes: {} }, { domainNames: ["*.example.com"] }],
        protocols: [{ tcp: { destinationPort: { number: 443 } } }, { udp: { destinationPort: { range: { start: 1, end: 9 } } } }] }],
        ingress: [{ action: Pass, from: [{ pods: { namespaceSelector: {}, podSelector: {} } }], protocols: [{ destinationNamedPort: http }] }]`),
    );
    expect(findings).toMatchObject([{ id: 'cidr-host-bits', severity: 'warning' }]);
    expect(withoutPlaces(policy)).toEqual({
      kind: 'ClusterNetworkPolicy',
      name: 'default',
      tier: 'Admin',
      priority: 10,
      subject: everyone,
      ingress: [
        {
          action: 'Pass',
          peers: [{ type: 'pods', pods: { ...everyone, podSelector: everyone.namespaceSelector } }],
          ports: [{ type: 'name', name: 'http' }],
        },
      ],
      egress: [
        {
          name: 'out',
          action: 'Accept',
          peers: [
            { type: 'networks', cidrs: [{ version: 4, base: 10n << 24n, prefix: 8 }] },
            { type: 'nodes', selector: everyone.namespaceSelector },
            { type: 'domains', domains: ['*.example.com'] },
          ],
          ports: [
            { type: 'range', protocol: 'TCP', first: 443, last: 443 },
            { type: 'range', protocol: 'UDP', first: 1, last: 9 },
          ],
        },
      ],
    });
  });

  it('reads AdminNetworkPolicy and BaselineAdminNetworkPolicy into the same form', () => {
    const rule =
      'ingress: [{ action: Allow, from: [{ namespaces: {} }], ports: [{ portNumber: { port: 80 } }, { portRange: { protocol: UDP, start: 1, end: 1 } }, { namedPort: http }] }]';
    const rules = [
      {
        action: 'Accept',
        peers: [{ type: 'pods', pods: everyone }],
        ports: [
          { type: 'range', protocol: 'TCP', first: 80, last: 80 },
          { type: 'range', protocol: 'UDP', first: 1, last: 1 },
          { type: 'name', name: 'http' },
        ],
      },
    ];
    expect(withoutPlaces(read('AdminNetworkPolicy', anp(rule)).policy)).toMatchObject({
      tier: 'Admin',
      priority: 10,
      ingress: rules,
    });
    expect(withoutPlaces(read('BaselineAdminNetworkPolicy', banp(rule)).policy)).toMatchObject({
      tier: 'Baseline',
      priority: 0,
      ingress: rules,
    });
  });

  const from = 'from: [{ namespaces: {} }]';
  it.each<[string, Kind, string, string?]>(
    [
      ['no tier', 'ClusterNetworkPolicy', '{ priority: 1, subject: { namespaces: {} } }'],
      [
        'an unknown tier',
        'ClusterNetworkPolicy',
        '{ tier: admin, priority: 1, subject: { namespaces: {} } }',
      ],
      ['no priority', 'ClusterNetworkPolicy', '{ tier: Admin, subject: { namespaces: {} } }'],
      [
        'priority 1001',
        'ClusterNetworkPolicy',
        '{ tier: Admin, priority: 1001, subject: { namespaces: {} } }',
      ],
      ['no subject', 'ClusterNetworkPolicy', '{ tier: Admin, priority: 1 }'],
      ['an empty subject', 'ClusterNetworkPolicy', '{ tier: Admin, priority: 1, subject: {} }'],
      [
        'a subject of both kinds',
        'ClusterNetworkPolicy',
        '{ tier: Admin, priority: 1, subject: { namespaces: {}, pods: { namespaceSelector: {}, podSelector: {} } } }',
      ],
      ['a rule without peers', 'ClusterNetworkPolicy', cnp('ingress: [{ action: Accept }]')],
      ['a rule with empty peers', 'ClusterNetworkPolicy', cnp('ingress: [{ action: Accept, from: [] }]')],
      ['the action Allow', 'ClusterNetworkPolicy', cnp(`ingress: [{ action: Allow, ${from} }]`)],
      [
        'the action Accept before v1alpha2',
        'AdminNetworkPolicy',
        anp(`ingress: [{ action: Accept, ${from} }]`),
      ],
      ['Pass in the baseline', 'BaselineAdminNetworkPolicy', banp(`ingress: [{ action: Pass, ${from} }]`)],
      [
        'a baseline of another name',
        'BaselineAdminNetworkPolicy',
        '{ subject: { namespaces: {} } }',
        'other',
      ],
      [
        'networks as a source',
        'ClusterNetworkPolicy',
        cnp('ingress: [{ action: Accept, from: [{ networks: [10.0.0.0/8] }] }]'),
      ],
      [
        'domain names in the baseline',
        'BaselineAdminNetworkPolicy',
        banp('egress: [{ action: Allow, to: [{ domainNames: [a.b] }] }]'),
      ],
      [
        'a peer of two kinds',
        'ClusterNetworkPolicy',
        cnp('egress: [{ action: Accept, to: [{ namespaces: {}, networks: [10.0.0.0/8] }] }]'),
      ],
      [
        'a bare address',
        'ClusterNetworkPolicy',
        cnp('egress: [{ action: Accept, to: [{ networks: [10.0.0.1] }] }]'),
      ],
      ['no networks', 'ClusterNetworkPolicy', cnp('egress: [{ action: Accept, to: [{ networks: [] }] }]')],
      [
        'a domain without dot',
        'ClusterNetworkPolicy',
        cnp('egress: [{ action: Accept, to: [{ domainNames: [localhost] }] }]'),
      ],
      [
        'a protocol without port',
        'ClusterNetworkPolicy',
        cnp(`ingress: [{ action: Accept, ${from}, protocols: [{ tcp: {} }] }]`),
      ],
      ['no protocols', 'ClusterNetworkPolicy', cnp(`ingress: [{ action: Accept, ${from}, protocols: [] }]`)],
      [
        'ports of v1alpha1',
        'ClusterNetworkPolicy',
        cnp(`ingress: [{ action: Accept, ${from}, ports: [{ portNumber: { port: 80 } }] }]`),
      ],
      [
        'two protocols in one item',
        'ClusterNetworkPolicy',
        cnp(
          `ingress: [{ action: Accept, ${from}, protocols: [{ tcp: { destinationPort: { number: 1 } }, udp: { destinationPort: { number: 1 } } }] }]`,
        ),
      ],
      [
        'a range upside down',
        'ClusterNetworkPolicy',
        cnp(
          `ingress: [{ action: Accept, ${from}, protocols: [{ tcp: { destinationPort: { range: { start: 9, end: 1 } } } }] }]`,
        ),
      ],
      [
        'port 0',
        'AdminNetworkPolicy',
        anp(`ingress: [{ action: Allow, ${from}, ports: [{ portNumber: { port: 0 } }] }]`),
      ],
      [
        'a named port beside networks',
        'ClusterNetworkPolicy',
        cnp(
          'egress: [{ action: Accept, to: [{ networks: [10.0.0.0/8] }], protocols: [{ destinationNamedPort: http }] }]',
        ),
      ],
      [
        '26 rules',
        'ClusterNetworkPolicy',
        cnp(`ingress: [${Array.from({ length: 26 }, () => `{ action: Deny, ${from} }`).join(',')}]`),
      ],
      [
        'pods without podSelector',
        'ClusterNetworkPolicy',
        cnp('ingress: [{ action: Accept, from: [{ pods: { namespaceSelector: {} } }] }]'),
      ],
      ['an unknown field', 'ClusterNetworkPolicy', cnp('ingres: []')],
    ].map(([title, kind, spec, name]) => [String(title), kind as Kind, String(spec), name ?? 'default']),
  )('refuses %s', (_, kind, spec, name) => {
    const { policy, findings } = read(kind, spec, name);
    expect(policy).toBeUndefined();
    expect(findings.length).toBeGreaterThan(0);
  });
});

describe('printClusterWidePolicy', () => {
  const pods: fc.Arbitrary<ClusterWidePods> = fc.record(
    { namespaceSelector: labelSelectorArbitrary, podSelector: labelSelectorArbitrary },
    { requiredKeys: ['namespaceSelector'] },
  );
  const podPeer = pods.map((one): ClusterWidePeer => ({ type: 'pods', pods: one }));
  const outPeer: fc.Arbitrary<ClusterWidePeer> = fc.oneof(
    podPeer,
    cidr4Arbitrary.map((cidr): ClusterWidePeer => ({ type: 'networks', cidrs: [cidr] })),
    labelSelectorArbitrary.map((selector): ClusterWidePeer => ({ type: 'nodes', selector })),
  );
  const range: fc.Arbitrary<ClusterWidePort> = fc
    .tuple(
      fc.constantFrom('TCP' as const, 'UDP' as const, 'SCTP' as const),
      portNumberArbitrary,
      portNumberArbitrary,
    )
    .map(([protocol, a, b]) => ({ type: 'range', protocol, first: Math.min(a, b), last: Math.max(a, b) }));
  const named = portNameArbitrary.map((name): ClusterWidePort => ({ type: 'name', name }));
  const rule = (peer: fc.Arbitrary<ClusterWidePeer>, port: fc.Arbitrary<ClusterWidePort>) =>
    fc.record({
      action: fc.constantFrom('Accept' as const, 'Deny' as const),
      peers: fc.array(peer, { minLength: 1, maxLength: 2 }),
      ports: fc.oneof(fc.constant('all' as const), fc.array(port, { minLength: 1, maxLength: 2 })),
      place: fc.constant(NOWHERE),
    });
  const policy: fc.Arbitrary<ClusterWidePolicy> = fc
    .record({
      kind: fc.constantFrom(
        'ClusterNetworkPolicy' as const,
        'AdminNetworkPolicy' as const,
        'BaselineAdminNetworkPolicy' as const,
      ),
      priority: fc.integer({ min: 0, max: 1000 }),
      tier: fc.constantFrom('Admin' as const, 'Baseline' as const),
      name: fc.constant('default'),
      subject: pods,
      ingress: fc.array(rule(podPeer, fc.oneof(range, named)), { maxLength: 2 }),
      egress: fc.array(rule(outPeer, range), { maxLength: 2 }),
      place: fc.constant(NOWHERE),
    })
    .map((one) =>
      one.kind === 'ClusterNetworkPolicy'
        ? one
        : one.kind === 'AdminNetworkPolicy'
          ? { ...one, tier: 'Admin' as const }
          : { ...one, tier: 'Baseline' as const, priority: 0 },
    );

  it('prints no list that is empty, and single ports as such', () => {
    const rule = `{ name: r, action: Allow, to: [{ domainNames: [a.b] }], ports: [{ portNumber: { protocol: UDP, port: 1 } }, { portRange: { protocol: TCP, start: 1, end: 2 } }] }`;
    const { policy: policyOf } = read('AdminNetworkPolicy', anp(`egress: [${rule}]`));
    if (policyOf === undefined) throw new Error('not read');
    expect(printClusterWidePolicy(policyOf).spec).toEqual(fromYaml(anp(`egress: [${rule}]`)));
    const modern = printClusterWidePolicy({
      ...policyOf,
      kind: 'ClusterNetworkPolicy',
      ingress: policyOf.egress,
      egress: [],
    });
    expect(modern.spec).toEqual(
      fromYaml(
        cnp(
          `ingress: [{ name: r, action: Accept, from: [{ domainNames: [a.b] }], protocols: [{ udp: { destinationPort: { number: 1 } } }, { tcp: { destinationPort: { range: { start: 1, end: 2 } } } }] }]`,
        ),
      ),
    );
  });

  it('prints what reads back as the same policy', () => {
    fc.assert(
      fc.property(policy, (written) => {
        const findings: Finding[] = [];
        const again = readClusterWidePolicy(
          resourceOf(printClusterWidePolicy(written)),
          written.kind,
          findings,
        );
        expect(findings).toEqual([]);
        expect(withoutPlaces(again)).toEqual(withoutPlaces(written));
      }),
    );
  });
});
