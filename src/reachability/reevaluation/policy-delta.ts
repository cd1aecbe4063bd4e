import { effectivePolicies } from '../rules/composition';
import { profileOf } from '../engine';
import type { Model, ModelChange } from './model-change';
import { touchedPolicies } from './touched-policies';
import type { Policy } from '../../policies/policy';

/** How the policies of a model differ from those of another, with what they speak of. */
export interface PolicyDelta {
  /** Policies of the first that are gone, or mean something else in the second. */
  readonly gone: ReadonlySet<Policy>;
  /** Policies of the second that are new, or mean something else than in the first. */
  readonly come: readonly Policy[];
  /** Policies of the first by what they are in the second, where that is another object which means the same. */
  readonly moved: ReadonlyMap<Policy, Policy>;
}

/** The policies that decide are compared; a tier, or another network plugin, must not have changed. */
export function policyDelta(before: Model, after: Model, change: ModelChange): PolicyDelta {
  const gone = new Set(change.policies.flatMap((pair) => pair.before ?? []));
  const come = change.policies.flatMap((pair) => pair.after ?? []);
  const moved = new Map(change.movedPolicies.map((pair) => [pair.before, pair.after]));
  const touches = touchedPolicies(before, after, change);
  if (touches === undefined) return { gone, come, moved };
  const { policies, options } = before;
  for (const policy of effectivePolicies(policies, profileOf(policies, options), options.staged ?? false)) {
    if (gone.has(policy) || !touches(policy)) continue;
    gone.add(policy);
    come.push(moved.get(policy) ?? policy);
    moved.delete(policy);
  }
  return { gone, come, moved };
}
