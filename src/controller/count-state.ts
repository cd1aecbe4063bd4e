import type { ControllerState } from './controller-hooks';
import type { IncrementalCompiler } from './desired/incremental-compiler';
import type { ObservedCluster } from './observed/observed-cluster';
import type { ObservedObject } from './observed/observed-object';
import type { Effects } from './writes/effects';
import { intentsKey } from './writes/work-key';
import { isJsonObject, jsonAt } from '../model/json';

/** What is counted by looking at every policy and every intent. */
export type CountedState = Pick<
  ControllerState,
  'policiesManaged' | 'policiesPending' | 'intents' | 'unresolvedTargets' | 'failing'
>;

/** Where there is something to count. */
export interface StateSources {
  readonly observed: ObservedCluster;
  readonly compiler: IncrementalCompiler;
  readonly effects: Effects;
  /** Whether the last try to write what a key is about has failed. */
  readonly hasFailed: (key: string) => boolean;
}

export function countState({ observed, compiler, effects, hasFailed }: StateSources): CountedState {
  let [policiesManaged, policiesPending, intents, unresolvedTargets] = [0, 0, 0, 0];
  for (const { namespace, policies, outcomes } of compiler.allUnits.values()) {
    for (const key of policies.keys()) {
      if (effects.policy(namespace, key).type === 'nothing') policiesManaged++;
      else policiesPending++;
    }
    intents += outcomes.size;
    for (const { targets } of outcomes.values())
      unresolvedTargets += targets.filter(({ findings }) =>
        findings.some(({ severity }) => severity === 'error'),
      ).length;
  }
  const failing = countFailing(observed, hasFailed);
  return { policiesManaged, policiesPending, intents, unresolvedTargets, failing };
}

/** ClientIntents that are not ready, or whose status nobody can write. */
function countFailing(observed: ObservedCluster, hasFailed: StateSources['hasFailed']): number {
  let count = 0;
  for (const there of observed.namespaces)
    for (const object of there.ofFacet('intents')) {
      const { kind, name } = object.resource;
      if (kind !== 'ClientIntents') continue;
      if (isUnready(object) || hasFailed(intentsKey(there.name, kind, name))) count++;
    }
  return count;
}

/** What its status says: that it is not ready, for another reason than that it is about to be. */
function isUnready({ resource: { manifest } }: ObservedObject): boolean {
  const conditions = jsonAt(manifest, ['status', 'conditions']);
  if (!Array.isArray(conditions)) return false;
  const ready = conditions.filter(isJsonObject).find(({ type }) => type === 'Ready');
  return ready?.['status'] === 'False' && ready['reason'] !== 'Pending';
}
