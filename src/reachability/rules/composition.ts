import type { CniProfile } from '../cni-profile';
import { compileCalicoPolicy } from './compile-calico';
import { compileClusterWide } from './compile-cluster-wide';
import type { CompileContext } from './compile-context';
import { compileNetworkPolicy } from './compile-kubernetes';
import { tieOf } from './policy-tie';
import type { CompiledPolicy, CompiledTier } from './rule';
import { effectiveCalicoPolicies, effectiveNetworkPolicies } from './staged';
import { BUILT_IN_TIERS } from '../../policies/calico/built-in-tiers';
import type { CalicoTier } from '../../policies/calico/policy';
import type { ClusterWidePolicy } from '../../policies/cluster-network-policy/policy';
import type { Policy, PolicySet } from '../../policies/policy';

/** Order of NetworkPolicies inside Calico's tier `default` (calico-policy-model 5.1). */
const NETWORK_POLICY_ORDER = 1000;

/** Order of the one BaselineAdminNetworkPolicy, which has no priority (calico-policy-model 5.1). */
const BASELINE_ADMIN_ORDER = 1000;

/** A tier, as far as the order of policies needs it. */
export interface TierRank {
  readonly name: string;
  readonly order: number;
  readonly endAction: 'deny' | 'pass';
  /** A tier nobody defined comes after all others and ends in a deny (calico-policy-model 2.6). */
  readonly missing: boolean;
}

/** A policy with what decides about its place among all others. */
export interface RankedPolicy {
  readonly policy: Policy;
  readonly tier: TierRank;
  readonly order: number;
  /** Decides between equal orders, by bytes (policy-tie.ts). */
  readonly tie: string;
}

/**
 * All policies of all families in the one order in which they are asked. It is Calico's composition
 * (calico-policy-model 5.1 to 5.3): tiers by order (absent last), then name; policies inside a tier by order, then
 * by name (policy-tie.ts). The first rule that matches decides; Pass, and the end of a tier whose end action is Pass, go
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
export function rankPolicies(policies: PolicySet, profile: CniProfile, staged: boolean): RankedPolicy[] {
  return effectivePolicies(policies, profile, staged).map(policyRanks(policies, profile)).sort(compareRanked);
}

/** The policies that decide, in no order; Calico's own only where the network plugin enforces them. */
export function effectivePolicies(policies: PolicySet, profile: CniProfile, staged: boolean): Policy[] {
  const whatIf = profile.calicoPolicies && staged;
  return [
    ...effectiveNetworkPolicies(policies, whatIf),
    ...policies.clusterWide,
    ...(profile.calicoPolicies ? effectiveCalicoPolicies(policies.calico, staged) : []),
  ];
}

/** Gives policies their ranks among the tiers of a set. */
export function policyRanks(policies: PolicySet, profile: CniProfile): (policy: Policy) => RankedPolicy {
  const rankOf = tierRanksOf(policies, profile);
  return (policy) => ({
    policy,
    tier: rankOf(tierNameOf(policy)),
    order: orderOf(policy),
    tie: tieOf(policy, profile.policyTies),
  });
}

/**
 * Gives tiers their ranks by name; those that nobody defined too. Built-in tiers have their own order and end, unless
 * an object that Calico takes says otherwise (src/policies/calico/built-in-tiers.ts); to other network plugins no
 * object says anything.
 */
export function tierRanksOf(
  { tiers }: PolicySet,
  { calicoPolicies }: CniProfile,
): (name: string) => TierRank {
  const defined = [...BUILT_IN_TIERS, ...(calicoPolicies ? tiers : [])].map(rankOf);
  const known = new Map(defined.map((rank) => [rank.name, rank]));
  return (name) => known.get(name) ?? { name, order: Infinity, endAction: 'deny', missing: true };
}

/** The tier in which a policy stands. */
export function tierNameOf(policy: Policy): string {
  switch (policy.kind) {
    case 'NetworkPolicy':
      return 'default';
    case 'CalicoNetworkPolicy':
    case 'GlobalNetworkPolicy':
      return policy.tier;
    default:
      return clusterWideTier(policy);
  }
}

/** The place of a policy in its tier, before names decide. */
export function orderOf(policy: Policy): number {
  switch (policy.kind) {
    case 'NetworkPolicy':
      return NETWORK_POLICY_ORDER;
    case 'CalicoNetworkPolicy':
    case 'GlobalNetworkPolicy':
      return policy.order;
    case 'BaselineAdminNetworkPolicy':
      return BASELINE_ADMIN_ORDER;
    default:
      return policy.priority;
  }
}

/** By tier, then by order, then by name. */
export function compareRanked(a: RankedPolicy, b: RankedPolicy): number {
  return compareTiers(a.tier, b.tier) || comparePolicies(a, b);
}

/** Ranked policies in order, compiled, tier by tier. */
export function compileTiers(ranked: readonly RankedPolicy[], context: CompileContext): CompiledTier[] {
  const tiers: { readonly name: string; readonly endAction: 'deny' | 'pass'; policies: CompiledPolicy[] }[] =
    [];
  for (const { policy, tier } of ranked) {
    let last = tiers[tiers.length - 1];
    if (last?.name !== tier.name) {
      last = { name: tier.name, endAction: tier.endAction, policies: [] };
      tiers.push(last);
    }
    last.policies.push(compilePolicy(policy, context));
  }
  return tiers;
}

function clusterWideTier({ kind, tier }: ClusterWidePolicy): string {
  if (kind === 'ClusterNetworkPolicy') return tier === 'Admin' ? 'kube-admin' : 'kube-baseline';
  return tier === 'Admin' ? 'adminnetworkpolicy' : 'baselineadminnetworkpolicy';
}

function rankOf({ name, order, defaultAction }: CalicoTier): TierRank {
  return { name, order, endAction: defaultAction === 'Pass' ? 'pass' : 'deny', missing: false };
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

/** Finds what the policy selects; its rules are compiled when they are asked for. */
export function compilePolicy(policy: Policy, context: CompileContext): CompiledPolicy {
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
