import { isJsonObject, type Json, type JsonObject } from '../../model/json';

export type ConditionType = 'Ready' | 'Resolved' | 'Enforced' | 'Shadowed' | 'Unsupported' | 'Conflict';
export type ConditionStatus = 'True' | 'False' | 'Unknown';

/** One thing that is true of an object, or not (`metav1.Condition`, but for when it came so). */
export interface Condition {
  readonly type: ConditionType;
  readonly status: ConditionStatus;
  /** One word in CamelCase. */
  readonly reason: string;
  readonly message: string;
}

/** The longest message that `metav1.Condition` takes is 32768; nobody reads that much. */
const LONGEST_MESSAGE = 1024;

export function condition(
  type: ConditionType,
  status: ConditionStatus,
  reason: string,
  message: string,
): Condition {
  const cut = message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE - 1)}…` : message;
  return { type, status, reason, message: cut };
}

/**
 * The conditions as a status has them. One that was there before with the same status keeps the time at which it came so,
 * so that nothing is written when nothing has changed.
 */
export function printConditions(
  conditions: readonly Condition[],
  before: Json | undefined,
  generation: number,
  now: string,
): JsonObject[] {
  const known = new Map(
    (Array.isArray(before) ? before : [])
      .filter(isJsonObject)
      .map((entry) => [entry['type'], entry] as const),
  );
  return conditions.map(({ type, status, reason, message }) => {
    const old = known.get(type);
    const since = old?.['status'] === status ? old['lastTransitionTime'] : undefined;
    return {
      type,
      status,
      reason,
      message,
      observedGeneration: generation,
      lastTransitionTime: typeof since === 'string' ? since : now,
    };
  });
}
