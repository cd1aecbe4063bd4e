import type { ControllerState } from './controller-hooks';
import type { IncrementalCompiler } from './desired/incremental-compiler';
import type { Effects } from './writes/effects';

/** What is counted by looking at every policy and every intent. */
export type CountedState = Pick<
  ControllerState,
  'policiesManaged' | 'policiesPending' | 'intents' | 'unresolvedTargets'
>;

export function countState(compiler: IncrementalCompiler, effects: Effects): CountedState {
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
  return { policiesManaged, policiesPending, intents, unresolvedTargets };
}
