import fc from 'fast-check';
import type { Finding } from '../../../src/model/finding';
import { NOWHERE } from '../../../src/model/place';
import type { CalicoPolicy, CalicoPort, CalicoRule, EntityRule } from '../../../src/policies/calico/policy';
import { inTier } from '../../../src/policies/calico/names';
import { printCalicoPolicy, printNetworkSet, printTier } from '../../../src/policies/calico/print-policy';
import { readNetworkSet } from '../../../src/policies/calico/read-network-set';
import { readCalicoPolicy } from '../../../src/policies/calico/read-policy';
import { readTier } from '../../../src/policies/calico/read-tier';
import type { Selector } from '../../../src/policies/calico/selector';
import { leavesOf } from '../../../src/policies/calico/selector-rewrite';
import {
  cidr4Arbitrary,
  cidr6Arbitrary,
  labelsArbitrary,
  portNameArbitrary,
  portNumberArbitrary,
} from '../policy-arbitrary';
import { resourceOf, withoutPlaces } from '../resource-fixture';
import { selectorArbitrary } from './selector-arbitrary';

const selector = selectorArbitrary().filter((tree: Selector) =>
  leavesOf(tree).every((leaf) => leaf.type !== 'global' && !/all\(\)|global\(/.test(JSON.stringify(leaf))),
);
const port: fc.Arbitrary<CalicoPort> = fc.oneof(
  portNameArbitrary.map((name) => ({ name })),
  fc
    .tuple(portNumberArbitrary, portNumberArbitrary)
    .map(([a, b]) => ({ first: Math.min(a, b), last: Math.max(a, b) })),
);

function entity(cidr: fc.Arbitrary<EntityRule['nets'][number]>, ports: boolean): fc.Arbitrary<EntityRule> {
  const portList = ports ? fc.array(port, { maxLength: 2 }) : fc.constant<CalicoPort[]>([]);
  return fc.record(
    {
      selector,
      notSelector: selector,
      namespaceSelector: fc.oneof(selector, fc.constant<Selector>({ type: 'global' })),
      serviceAccounts: fc.oneof(
        fc.constant({ names: ['a', 'b'] }),
        selector.map((one) => ({ names: [], selector: one })),
      ),
      nets: fc.array(cidr, { maxLength: 2 }),
      notNets: fc.array(cidr, { maxLength: 1 }),
      ports: portList,
      notPorts: portList,
    },
    { requiredKeys: ['nets', 'notNets', 'ports', 'notPorts'] },
  );
}

const PROTOCOLS: Pick<CalicoRule, 'protocol' | 'notProtocol' | 'ipVersion'>[] = [
  {},
  { protocol: 6 },
  { protocol: 17, ipVersion: 4 },
  { protocol: 1 },
  { protocol: 1, ipVersion: 4 },
  { protocol: 47 },
  { notProtocol: 1 },
  { notProtocol: 6 },
];

const rule: fc.Arbitrary<CalicoRule> = fc.constantFrom(...PROTOCOLS).chain((protocols) => {
  const family =
    protocols.ipVersion === undefined
      ? fc.constantFrom(cidr4Arbitrary, cidr6Arbitrary)
      : fc.constant(cidr4Arbitrary);
  const ports = protocols.protocol === 6 || protocols.protocol === 17;
  return family
    .chain((cidr) =>
      fc.record({
        action: fc.constantFrom('Allow' as const, 'Deny' as const, 'Pass' as const, 'Log' as const),
        source: entity(cidr, ports),
        destination: entity(cidr, ports),
      }),
    )
    .map((sides) => ({ ...sides, ...protocols, http: false, place: NOWHERE }));
});

const policyNamedP: fc.Arbitrary<CalicoPolicy> = fc.record(
  {
    kind: fc.constant('GlobalNetworkPolicy' as const),
    staged: fc.constant(false),
    name: fc.constant('p'),
    labels: labelsArbitrary,
    tier: fc.constantFrom('default', 'platform'),
    order: fc.constantFrom(Infinity, -1, 0, 1000.5),
    selector,
    namespaceSelector: selector,
    serviceAccountSelector: selector,
    types: fc.constantFrom(
      ['ingress' as const],
      ['egress' as const],
      ['ingress' as const, 'egress' as const],
    ),
    ingress: fc.array(rule, { maxLength: 2 }),
    egress: fc.array(rule, { maxLength: 2 }),
    hostOnly: fc.constant(false),
    place: fc.constant(NOWHERE),
  },
  {
    requiredKeys: [
      'kind',
      'staged',
      'name',
      'labels',
      'tier',
      'order',
      'types',
      'ingress',
      'egress',
      'hostOnly',
      'place',
    ],
  },
);

const policy = policyNamedP.map((written) => ({ ...written, name: inTier(written.tier, written.name) }));

describe('printing Calico objects', () => {
  it('a policy reads back as the same policy', () => {
    fc.assert(
      fc.property(policy, (written) => {
        const findings: Finding[] = [];
        const again = readCalicoPolicy(resourceOf(printCalicoPolicy(written)), findings);
        expect(findings).toEqual([]);
        expect(withoutPlaces(again)).toEqual(withoutPlaces(written));
      }),
    );
  });

  it('a tier and sets read back as the same', () => {
    const findings: Finding[] = [];
    const tier = { name: 'platform', order: 500, defaultAction: 'Pass' as const, place: NOWHERE };
    expect(withoutPlaces(readTier(resourceOf(printTier(tier)), findings))).toEqual(withoutPlaces(tier));
    const nets = [{ version: 4 as const, base: 0n, prefix: 0 }];
    const global = { name: 's', labels: { a: 'b' }, nets, place: NOWHERE };
    expect(withoutPlaces(readNetworkSet(resourceOf(printNetworkSet(global)), findings))).toEqual(
      withoutPlaces(global),
    );
    const local = { ...global, namespace: 'shop' };
    expect(withoutPlaces(readNetworkSet(resourceOf(printNetworkSet(local)), findings))).toEqual(
      withoutPlaces(local),
    );
    expect(findings).toEqual([]);
  });
});
