import { addressOptions } from './generate-addresses';
import { calicoPolicy, changedBuiltInTiers, networkSets, stagedPolicies, tiers } from './generate-calico';
import { clusterManifests, surroundings, type Surroundings } from './generate-cluster';
import {
  adminNetworkPolicy,
  baselinePolicy,
  clusterNetworkPolicy,
  networkPolicy,
  rivalOf,
} from './generate-kubernetes';
import type { ClusterWideManifest, Manifest } from './manifest';
import type { Options } from './packet';
import { withRarities, withSharedNames, withStagedActions } from './generate-rarities';
import { tiedPolicies } from './generate-ties';
import { Random } from './random';

/** What kinds of policies a cluster has. */
export const FAMILIES = ['kubernetes', 'calico', 'cluster-wide', 'admin', 'mixed', 'staged'] as const;

export type Family = (typeof FAMILIES)[number];

/** A cluster to judge packets in, all of it derived from the family and the seed. */
export interface Scenario {
  readonly family: Family;
  readonly seed: number;
  readonly manifests: readonly Manifest[];
  readonly options: Options;
}

/** The cluster of a seed: always the same for the same family and seed. Only objects the API servers accept. */
export function generate(family: Family, seed: number): Scenario {
  const random = new Random(seed * FAMILIES.length + FAMILIES.indexOf(family));
  const cluster = withSharedNames(random, clusterManifests(random));
  const options = {
    ...addressOptions(random),
    ...(family === 'staged' && random.chance(0.7) ? { staged: true } : {}),
  };
  const around = surroundings(cluster);
  const decided = policies(random, around, family);
  const withCalico = family === 'calico' || family === 'staged' || family === 'mixed';
  // A Calico that enforces ClusterNetworkPolicy refuses such tiers.
  const changed =
    withCalico && random.chance(0.3) && !decided.some(({ kind }) => kind === 'ClusterNetworkPolicy')
      ? changedBuiltInTiers(random, around)
      : [];
  const tied = withCalico && random.chance(0.4) ? tiedPolicies(random, around, family === 'staged') : [];
  // To Calico, `namespaces` of admin policies are network sets as well.
  const sets =
    (family === 'admin' && random.chance(0.6)) || (family === 'kubernetes' && random.chance(0.2))
      ? networkSets(random, around)
      : [];
  const manifests = [...cluster, ...decided, ...changed, ...tied, ...sets];
  return {
    family,
    seed,
    manifests: withRarities(random, family === 'staged' ? withStagedActions(random, manifests) : manifests),
    options: { ...options, ...plugin(random, withCalico, sets.length > 0) },
  };
}

/** Whose reading of the policies counts: what follows from the policies, or said; Calico where there are network sets. */
function plugin(random: Random, withCalico: boolean, sets: boolean): Pick<Options, 'cni'> {
  if (withCalico)
    return random.maybe(0.25, 'cni', () =>
      random.pick([
        'kubernetes',
        'kubernetes',
        'calico-nftables',
        'calico-nftables',
        'kube-network-policies',
      ] as const),
    );
  if (random.chance(sets ? 0.7 : 0.35)) return { cni: random.chance(0.9) ? 'calico' : 'calico-nftables' };
  return random.maybe(0.35, 'cni', () => 'kube-network-policies' as const);
}

function policies(random: Random, around: Surroundings, family: Family): Manifest[] {
  switch (family) {
    case 'kubernetes':
      return kubernetesPolicies(random, around, 1, 5);
    case 'cluster-wide':
      return [...clusterNetworkPolicies(random), ...kubernetesPolicies(random, around, 0, 3)];
    case 'admin':
      return [...adminPolicies(random), ...kubernetesPolicies(random, around, 0, 3)];
    case 'calico':
      return [...calicoPolicies(random, around, [], false)];
    case 'mixed': {
      const admin = random.chance(0.3);
      const wide = admin ? adminPolicies(random) : clusterNetworkPolicies(random);
      // ANP and CNP live in different tiers, so only beside CNP may Calico policies share theirs.
      return [
        ...calicoPolicies(random, around, admin ? [] : ['kube-admin', 'kube-baseline'], false),
        ...wide,
        ...kubernetesPolicies(random, around, 0, 3),
      ];
    }
    case 'staged':
      return [...kubernetesPolicies(random, around, 0, 2), ...calicoPolicies(random, around, [], true)];
  }
}

function kubernetesPolicies(random: Random, around: Surroundings, least: number, most: number): Manifest[] {
  return random.times(least, most, (index) => networkPolicy(random, around, index));
}

function calicoPolicies(
  random: Random,
  around: Surroundings,
  builtInTiers: readonly string[],
  staged: boolean,
): Manifest[] {
  const own = tiers(random);
  const names = [...own.map((tier) => tier.metadata.name), ...builtInTiers];
  const enforced = random.times(staged ? 0 : 1, 5, (index) =>
    calicoPolicy(random, around, index, names, false),
  );
  return [
    ...own,
    ...networkSets(random, around),
    ...enforced,
    ...(staged ? stagedPolicies(random, around, names, enforced) : []),
  ];
}

function clusterNetworkPolicies(random: Random): Manifest[] {
  const policies = priorities(random).map((priority, index) => clusterNetworkPolicy(random, index, priority));
  return [...policies, ...rivals(random, policies)];
}

function adminPolicies(random: Random): Manifest[] {
  const admin = priorities(random).map((priority, index) => adminNetworkPolicy(random, index, priority));
  return [...admin, ...rivals(random, admin), ...(random.chance(0.6) ? [baselinePolicy(random)] : [])];
}

/** One or two policies of the priority of another that speak of the same packets. */
function rivals(random: Random, [first]: readonly ClusterWideManifest[]): Manifest[] {
  if (first === undefined || random.chance(0.6)) return [];
  return random.times(1, 2, (index) => rivalOf(random, index, first));
}

function priorities(random: Random): number[] {
  return random.some([0, 5, 10, 999, 1000], 1, 3).reverse();
}
