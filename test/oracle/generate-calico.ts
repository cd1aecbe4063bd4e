import { blocks } from './generate-addresses';
import { PORT_NAMES, PORT_NUMBERS, SERVICE_ACCOUNTS, type Surroundings } from './generate-cluster';
import { networkPolicySpec, RANGES } from './generate-kubernetes';
import { selector } from './generate-selector';
import type {
  CalicoEntity,
  CalicoPolicyManifest,
  CalicoPolicySpec,
  CalicoRule,
  IcmpFields,
  Manifest,
  NetworkSetManifest,
  StagedKubernetesManifest,
  TierManifest,
} from './manifest';
import type { Random } from './random';

/** Some of them tie with the default tier, before and behind it by name. */
const TIERS: readonly (readonly [string, number | undefined])[] = [
  ['early', 500],
  ['a-tie', 1_000_000],
  ['z-tie', 1_000_000],
  ['late', 2_000_000],
  ['ahead', undefined],
];
const ORDERS = [undefined, undefined, 1000, 1000, 999, 1001, 10, 10.5, -5, 0] as const;
const SOME_PORTS = ['TCP', 'UDP', 'SCTP', 6, 17, 132] as const;

export function tiers(random: Random): TierManifest[] {
  return random.some(TIERS, 0, 3).map(([name, order]) => ({
    apiVersion: 'projectcalico.org/v3',
    kind: 'Tier',
    metadata: { name },
    spec: {
      ...(order === undefined ? {} : { order }),
      ...random.maybe(0.7, 'defaultAction', () => random.pick(['Deny', 'Pass'] as const)),
    },
  }));
}

/**
 * Objects of the names of built-in tiers that say otherwise, as Calico 3.29 to 3.31 take them: any default action, and
 * any order for names that are built in from 3.32 on only, in which policies stand then. (The validator of v3.31,
 * validateTier, looks at the orders of `default`, `adminnetworkpolicy` and `baselineadminnetworkpolicy` only.)
 */
export function changedBuiltInTiers(random: Random, around: Surroundings): Manifest[] {
  const tier = (name: string, order: number): TierManifest => ({
    apiVersion: 'projectcalico.org/v3',
    kind: 'Tier',
    metadata: { name },
    spec: { order, defaultAction: random.pick(['Deny', 'Pass']) },
  });
  const later = random.some(['kube-admin', 'kube-baseline'], 0, 1);
  return [
    ...(random.chance(0.3) ? [tier('default', 1_000_000)] : []),
    ...(random.chance(0.3) ? [tier('adminnetworkpolicy', 1_000)] : []),
    ...(random.chance(0.3) ? [tier('baselineadminnetworkpolicy', 10_000_000)] : []),
    ...later.flatMap((name) => [
      tier(name, random.pick([700, 1_500_000])),
      calicoPolicy(random, around, 90, [name], false),
    ]),
  ];
}

export function networkSets(random: Random, around: Surroundings): NetworkSetManifest[] {
  return random.times(0, 2, (index): NetworkSetManifest => {
    const labels = {
      kind: 'set',
      ...random.maybe(0.5, 'app', () => random.pick(['a', 'b'])),
      // What keeps selectors of Kubernetes to pods, and labels of what pods have; the API refuses neither.
      ...random.maybe(0.25, 'projectcalico.org/orchestrator', () => 'k8s'),
      ...random.maybe(0.1, 'projectcalico.org/serviceaccount', () => random.pick(SERVICE_ACCOUNTS)),
      ...random.maybe(0.1, 'pcns.env', () => random.pick(['prod', 'dev'])),
    };
    const nets = [
      ...blocks(random, 4, true),
      ...(random.chance(0.4) ? blocks(random, 6, true) : []),
      ...random.some(['8.8.8.8', '10.1.2.3/8'], 0, 1),
    ];
    const spec = { nets: [...new Set(nets)] };
    if (random.chance(0.5))
      return {
        apiVersion: 'projectcalico.org/v3',
        kind: 'GlobalNetworkSet',
        metadata: { name: `s${index}`, labels },
        spec,
      };
    const metadata = { name: `s${index}`, namespace: random.pick(around.namespaces), labels };
    return { apiVersion: 'projectcalico.org/v3', kind: 'NetworkSet', metadata, spec };
  });
}

/** A Calico NetworkPolicy or GlobalNetworkPolicy, staged or not, in one of the tiers. */
export function calicoPolicy(
  random: Random,
  around: Surroundings,
  index: number,
  tierNames: readonly string[],
  staged: boolean,
): CalicoPolicyManifest {
  const global = random.chance(0.6);
  const order = random.pick(ORDERS);
  const tier = random.chance(0.5) ? undefined : random.pick(['default', ...tierNames]);
  const namespace = random.pick(around.namespaces);
  const spec: CalicoPolicySpec = {
    ...(tier === undefined ? {} : { tier }),
    ...(order === undefined ? {} : { order }),
    ...random.maybe(0.5, 'selector', () => (random.chance(0.1) ? '' : selector(random, 'endpoints'))),
    ...(global ? random.maybe(0.5, 'namespaceSelector', () => selector(random, 'namespaces')) : {}),
    ...random.maybe(0.2, 'serviceAccountSelector', () => selector(random, 'accounts')),
    ...random.maybe(0.5, 'types', () => random.some(['Ingress', 'Egress'] as const, 1, 2)),
    ...random.maybe(0.8, 'ingress', () => random.times(0, 3, () => rule(random, around, 'ingress', global))),
    ...random.maybe(0.6, 'egress', () => random.times(0, 3, () => rule(random, around, 'egress', global))),
  };
  const name = `${random.pick(['g', 'p', 'z'])}${index}`;
  if (global)
    return {
      apiVersion: 'projectcalico.org/v3',
      kind: staged ? 'StagedGlobalNetworkPolicy' : 'GlobalNetworkPolicy',
      metadata: { name },
      spec,
    };
  return {
    apiVersion: 'projectcalico.org/v3',
    kind: staged ? 'StagedNetworkPolicy' : 'NetworkPolicy',
    metadata: { name, namespace },
    spec,
  };
}

/** Staged twins: new policies, and deletions of enforced ones. */
export function stagedPolicies(
  random: Random,
  around: Surroundings,
  tierNames: readonly string[],
  enforced: readonly Manifest[],
): Manifest[] {
  const fresh = random.times(0, 2, (index) => calicoPolicy(random, around, 50 + index, tierNames, true));
  const kubernetes = random.times(0, 1, (index): StagedKubernetesManifest => ({
    apiVersion: 'projectcalico.org/v3',
    kind: 'StagedKubernetesNetworkPolicy',
    metadata: { name: `k${index}`, namespace: random.pick(around.namespaces) },
    spec: networkPolicySpec(random),
  }));
  return [
    ...fresh,
    ...kubernetes,
    ...enforced.flatMap((manifest) => (random.chance(0.3) ? deletion(manifest) : [])),
  ];
}

function deletion(manifest: Manifest): Manifest[] {
  if (manifest.apiVersion !== 'projectcalico.org/v3') return [];
  if (manifest.kind !== 'NetworkPolicy' && manifest.kind !== 'GlobalNetworkPolicy') return [];
  const tier = manifest.spec.tier === undefined ? {} : { tier: manifest.spec.tier };
  return [{ ...manifest, kind: `Staged${manifest.kind}`, spec: { ...tier, stagedAction: 'Delete' } }];
}

function rule(random: Random, around: Surroundings, way: 'ingress' | 'egress', global: boolean): CalicoRule {
  const action = random.pick(['Allow', 'Allow', 'Allow', 'Deny', 'Deny', 'Pass', 'Log'] as const);
  const protocol = random.pick([
    undefined,
    undefined,
    'TCP',
    'TCP',
    'UDP',
    'SCTP',
    'ICMP',
    'ICMPv6',
    'UDPLite',
    6,
    17,
    1,
    58,
    47,
  ] as const);
  // Calico 3.31 refuses `icmp` beside the protocol numbers 1 and 58, and named ports without a protocol.
  const typed = protocol === 'ICMP' || protocol === 'ICMPv6';
  // A rule speaks of one family: its blocks and its ipVersion agree (2.3 item 7). The one that its ICMP implies may be another
  // than that of its blocks, and then it never matches; only beside ipVersion is that refused (item 5).
  const implied =
    protocol === 'ICMP' || protocol === 1 ? 4 : protocol === 'ICMPv6' || protocol === 58 ? 6 : undefined;
  const versioned = random.chance(0.12);
  const family =
    implied !== undefined && (versioned || random.chance(0.9)) ? implied : random.chance(0.8) ? 4 : 6;
  const ported = SOME_PORTS.some((one) => one === protocol);
  const portable = ported ? 'all' : protocol === undefined && random.chance(0.08) ? 'names' : 'none';
  return {
    action,
    ...(protocol === undefined ? {} : { protocol }),
    ...(versioned ? { ipVersion: family } : {}),
    ...(protocol === undefined
      ? random.maybe(0.15, 'notProtocol', () =>
          random.pick<number | string>(['TCP', 'UDP', family === 4 ? 'ICMP' : 'ICMPv6', 17]),
        )
      : {}),
    ...(typed ? random.maybe(0.5, 'icmp', () => icmpFields(random)) : {}),
    ...(typed ? random.maybe(0.3, 'notICMP', () => icmpFields(random)) : {}),
    ...random.maybe(way === 'ingress' ? 0.75 : 0.2, 'source', () => {
      if (way === 'ingress' && random.chance(0.15)) return services(random, around, global);
      return { ...entity(random, family), ...(random.chance(0.06) ? ports(random, portable) : {}) };
    }),
    ...random.maybe(way === 'egress' ? 0.75 : 0.5, 'destination', () => {
      if (way === 'egress' && random.chance(0.15)) return services(random, around, global);
      return {
        ...(way === 'egress' || random.chance(0.2) ? entity(random, family) : {}),
        ...(random.chance(0.7) ? ports(random, portable) : {}),
      };
    }),
  };
}

function icmpFields(random: Random): IcmpFields {
  const type = random.pick([0, 3, 8, 128]);
  return random.chance(0.5) ? { type } : { type, code: random.pick([0, 1, 4]) };
}

/**
 * A Service excludes every other criterion but (on the source side) ports (2.4 item 3, 2.3 item 10). Only a namespaced
 * policy may leave its namespace out, and then the rule matches nothing (2.6).
 */
function services(random: Random, around: Surroundings, global: boolean): CalicoEntity {
  const { name, namespace } = random.pick([...around.services, { name: 'missing', namespace: 'alpha' }]);
  return { services: !global && random.chance(0.3) ? { name } : { name, namespace } };
}

function entity(random: Random, family: 4 | 6): CalicoEntity {
  return {
    ...random.maybe(0.4, 'selector', () => selector(random, 'endpoints')),
    ...random.maybe(0.15, 'notSelector', () => selector(random, 'endpoints')),
    ...random.maybe(0.25, 'namespaceSelector', () =>
      random.chance(0.2) ? random.pick(['global()', 'global( )']) : selector(random, 'namespaces'),
    ),
    ...random.maybe(0.2, 'serviceAccounts', () => {
      // Neither of the two restricts nothing (2.4 item 4).
      return {
        ...random.maybe(0.5, 'names', () => random.some(SERVICE_ACCOUNTS, 1, 2)),
        ...random.maybe(0.5, 'selector', () => selector(random, 'accounts', 1)),
      };
    }),
    ...random.maybe(0.25, 'nets', () => blocks(random, family, true)),
    ...random.maybe(0.12, 'notNets', () => blocks(random, family, false)),
  };
}

function ports(random: Random, portable: 'all' | 'names' | 'none'): CalicoEntity {
  if (portable === 'none') return {};
  const one = (): number | string => {
    if (portable === 'names' || random.chance(0.35)) return random.pick([...PORT_NAMES, 'metrics']);
    const [first, last] = random.pick(RANGES);
    const number = random.pick(PORT_NUMBERS);
    return random.pick([number, String(number), `${first}:${last}`]);
  };
  const list = (): (number | string)[] => [...new Set(random.times(1, 2, one))];
  return { ...random.maybe(0.8, 'ports', list), ...random.maybe(0.25, 'notPorts', list) };
}
