import { compileCalicoPolicy } from './compile-calico';
import { compileClusterWide } from './compile-cluster-wide';
import type { CompileContext } from './compile-context';
import { compileNetworkPolicy } from './compile-kubernetes';
import type { CompiledTier } from './rule';
import { effectiveCalicoPolicies, effectiveNetworkPolicies } from './staged';
import type { ClusterWidePolicy } from '../policies/cluster-network-policy/policy';
import type { Policy, PolicySet } from '../policies/policy';

/** Order of NetworkPolicies inside Calico's tier `default` (calico-policy-model 5.1). */
const NETWORK_POLICY_ORDER = 1000;

/** Order of the one BaselineAdminNetworkPolicy, which has no priority (calico-policy-model 5.1). */
const BASELINE_ADMIN_ORDER = 1000;

interface TierRank {
  readonly name: string;
  readonly order: number;
  readonly endAction: 'deny' | 'pass';
  /** A tier nobody defined comes after all others and ends in a deny (calico-policy-model 2.6). */
  readonly missing: boolean;
}

/** Tiers that are there without an object (calico-policy-model 1.2 and 5.1; network-policy-semantics 2.3). */
const ADMIN: TierRank = { name: 'kube-admin', order: 1_000, endAction: 'pass', missing: false };
const DEFAULT: TierRank = { name: 'default', order: 1_000_000, endAction: 'deny', missing: false };
const BASELINE: TierRank = { name: 'kube-baseline', order: 10_000_000, endAction: 'pass', missing: false };
/** Of AdminNetworkPolicy and BaselineAdminNetworkPolicy, which Calico 3.29 to 3.31 know instead. */
const OLD_ADMIN: TierRank = { ...ADMIN, name: 'adminnetworkpolicy' };
const OLD_BASELINE: TierRank = { ...BASELINE, name: 'baselineadminnetworkpolicy' };
const BUILT_IN = [ADMIN, DEFAULT, BASELINE, OLD_ADMIN, OLD_BASELINE];

interface RankedPolicy {
  readonly policy: Policy;
  readonly tier: string;
  readonly order: number;
  /** Decides between equal orders: `name/namespace/kind`, by bytes (calico-policy-model 5.2). */
  readonly tie: string;
}

/**
 * All policies of all families in the one order in which they are asked. It is Calico's composition
 * (calico-policy-model 5.1 to 5.3): tiers by order (absent last), then name; policies inside a tier by order, then
 * `name/namespace/kind`. The first rule that matches decides; Pass, and the end of a tier whose end action is Pass, go
 * on to the next tier; after the last tier a pod's profile allows.
 *
 * - ClusterNetworkPolicy of tier Admin: tier `kube-admin` (1,000, Pass), order = priority. AdminNetworkPolicy: likewise
 *   in a tier of its own, `adminnetworkpolicy`.
 * - NetworkPolicy: tier `default` (1,000,000, Deny), order 1000, beside Calico policies of that tier.
 * - ClusterNetworkPolicy of tier Baseline: `kube-baseline` (10,000,000, Pass). BaselineAdminNetworkPolicy: likewise in
 *   `baselineadminnetworkpolicy`.
 *
 * Without Calico policies this is exactly the order of network-policy-semantics 2.2: Admin, then NetworkPolicy, whose
 * answer is final for a pod it isolates, then Baseline, else allow.
 */
export function composeTiers(policies: PolicySet, context: CompileContext, staged: boolean): CompiledTier[] {
  const ranked = [
    ...kubernetesPolicies(policies, context.profile.calicoPolicies && staged),
    ...calicoPolicies(policies, context, staged),
  ];
  const byTier = new Map<string, RankedPolicy[]>();
  for (const policy of ranked) {
    const list = byTier.get(policy.tier);
    if (list === undefined) byTier.set(policy.tier, [policy]);
    else list.push(policy);
  }
  const known = tierRanks(policies);
  const tiers = [...byTier.keys()].map((name) => known.get(name) ?? missingTier(name));
  return tiers.sort(compareTiers).map(({ name, endAction }) => {
    const members = (byTier.get(name) ?? []).sort(comparePolicies).map(({ policy }) => policy);
    return { name, endAction, policies: members.map((policy) => compile(policy, context)) };
  });
}

function kubernetesPolicies(policies: PolicySet, staged: boolean): RankedPolicy[] {
  return [
    ...effectiveNetworkPolicies(policies, staged).map((policy) => ({
      policy,
      tier: DEFAULT.name,
      order: NETWORK_POLICY_ORDER,
      tie: `${policy.name}/${policy.namespace}/KubernetesNetworkPolicy`,
    })),
    ...policies.clusterWide.map((policy) => ({
      policy,
      tier: clusterWideTier(policy).name,
      order: policy.kind === 'BaselineAdminNetworkPolicy' ? BASELINE_ADMIN_ORDER : policy.priority,
      tie: `${policy.name}//Kubernetes${policy.kind}`,
    })),
  ];
}

function clusterWideTier({ kind, tier }: ClusterWidePolicy): TierRank {
  if (kind === 'ClusterNetworkPolicy') return tier === 'Admin' ? ADMIN : BASELINE;
  return tier === 'Admin' ? OLD_ADMIN : OLD_BASELINE;
}

function calicoPolicies(policies: PolicySet, context: CompileContext, staged: boolean): RankedPolicy[] {
  if (!context.profile.calicoPolicies) {
    for (const policy of policies.calico) context.doubts.add('calico-not-enforced', policy);
    return [];
  }
  return effectiveCalicoPolicies(policies.calico, staged).map((policy) => ({
    policy,
    tier: policy.tier,
    order: policy.order,
    tie: `${policy.name}/${policy.namespace ?? ''}/${policy.kind === 'GlobalNetworkPolicy' ? policy.kind : 'NetworkPolicy'}`,
  }));
}

function tierRanks({ tiers }: PolicySet): Map<string, TierRank> {
  const ranks = new Map<string, TierRank>();
  for (const { name, order, defaultAction } of tiers) {
    ranks.set(name, { name, order, endAction: defaultAction === 'Pass' ? 'pass' : 'deny', missing: false });
  }
  // The built-in ones cannot be changed (calico-policy-model 1.2).
  for (const rank of BUILT_IN) ranks.set(rank.name, rank);
  return ranks;
}

function missingTier(name: string): TierRank {
  return { name, order: Infinity, endAction: 'deny', missing: true };
}

function compareTiers(a: TierRank, b: TierRank): number {
  if (a.missing !== b.missing) return a.missing ? 1 : -1;
  if (a.order !== b.order) return a.order < b.order ? -1 : 1;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

function comparePolicies(a: RankedPolicy, b: RankedPolicy): number {
  if (a.order !== b.order) return a.order < b.order ? -1 : 1;
  return a.tie < b.tie ? -1 : a.tie > b.tie ? 1 : 0;
}

function compile(policy: Policy, context: CompileContext): CompiledTier['policies'][number] {
  switch (policy.kind) {
    case 'NetworkPolicy':
      return compileNetworkPolicy(policy, context);
    case 'CalicoNetworkPolicy':
    case 'GlobalNetworkPolicy':
      return compileCalicoPolicy(policy, context);
    default:
      return compileClusterWide(policy, context);
  }
}
