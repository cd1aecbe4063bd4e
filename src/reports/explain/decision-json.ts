import { policyId } from '../../policies/policy-id';
import type { Decision, DirectionExplanation } from '../../reachability/reachability';
import { withPlace, type PlaceJson } from '../findings/finding-json';

/** A rule (or a policy without a rule that matches) that decides. */
export interface DecisionJson {
  /** `Kind/namespace/name`, or `Kind/name` for cluster-scoped kinds. */
  readonly policy: string;
  /** Index in the policy's rule list of that direction; absent when the policy denies by isolating. */
  readonly rule?: number;
  readonly action: Decision['action'];
  readonly place?: PlaceJson;
}

/** One direction as the JSON of `explain` has it. */
export interface DirectionJson {
  readonly verdict: DirectionExplanation['verdict'];
  readonly isolated: boolean;
  readonly decidedBy: readonly DecisionJson[];
  /** Only where the network plugin drops it by itself, whatever policies say. */
  readonly dropped?: true;
}

/** One direction of an explanation. */
export function directionJson({
  verdict,
  isolated,
  decidedBy,
  dropped,
}: DirectionExplanation): DirectionJson {
  return {
    verdict,
    isolated,
    decidedBy: decisionsJson(decidedBy),
    ...(dropped === true ? { dropped } : {}),
  };
}

/** Decisions in the order of the evaluation. */
export function decisionsJson(decisions: readonly Decision[]): DecisionJson[] {
  return decisions.map(({ policy, rule, action, place }) => ({
    policy: policyId(policy),
    ...(rule === undefined ? {} : { rule }),
    action,
    ...withPlace(place),
  }));
}
