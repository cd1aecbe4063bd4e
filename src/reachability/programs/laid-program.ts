import type { LaidPolicies, LaidPolicy } from './laid-policy';
import { rivalCount } from './rivals';
import type { Program } from './program-assignment';

/** A policy of a program that does something there. */
export interface LaidStep {
  /** In the one order of all policies. */
  readonly position: number;
  readonly laid: LaidPolicy;
}

/** The policies of one tier that concern the pods of a program. */
export interface LaidTier {
  readonly endAction: 'deny' | 'pass';
  /** In order; those whose rules match nobody are left out, though the tier may have no others. */
  readonly policies: readonly LaidStep[];
}

/** A program as far as verdicts hang on it: many programs come to the same. */
export interface LaidProgram {
  readonly tiers: readonly LaidTier[];
  /** Equal for programs that do the same with the same policies. */
  readonly parts: readonly number[];
  /** Of the slots of all rules together. */
  readonly edgeCount: number;
}

/** Ends of tiers among the ids of policies. */
const TIER_END = { deny: -1, pass: -2 } as const;

/** Lays the policies of a program out, tier by tier. */
export function layProgram(
  { policies, direction, pod }: Program,
  laidPolicies: LaidPolicies,
  endActions: readonly ('deny' | 'pass')[],
): LaidProgram {
  const tiers: LaidTier[] = [];
  const parts: number[] = [];
  let edgeCount = 0;
  for (let start = 0; start < policies.length;) {
    const tier = policies[start]?.tier ?? 0;
    const endAction = endActions[tier] ?? 'deny';
    const steps: LaidStep[] = [];
    let next = start;
    while (next < policies.length) {
      const policy = policies[next];
      if (policy?.tier !== tier) break;
      const count = rivalCount(policies, next, direction);
      const laid =
        count === 1
          ? laidPolicies.of(policy, direction, pod)
          : laidPolicies.ofAny(
              policies.slice(next, next + count).map((rival) => laidPolicies.of(rival, direction, pod)),
            );
      next += count;
      if (laid.pieces.length === 0) continue;
      steps.push({ position: policy.position, laid });
      parts.push(laid.id);
      edgeCount += laid.edgeCount;
    }
    parts.push(TIER_END[endAction]);
    tiers.push({ endAction, policies: steps });
    start = next;
  }
  return { tiers, parts, edgeCount };
}
