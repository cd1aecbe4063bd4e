import { append } from '../model/group-by';
import { selectsEverything } from '../model/label-selector';
import type { NetworkPolicy } from '../policies/kubernetes/network-policy';
import type { Policy } from '../policies/policy';
import { policyId } from '../policies/policy-id';
import { ineffectiveRules, type IneffectiveRule } from '../reachability/rule-effects';
import type { Check, CheckContext } from './check';
import { isOwnPolicy, someOf } from './kubernetes-rules';
import { Landscape } from './landscape';
import { policyFinding } from './policy-finding';

/** A policy without which no verdict of the input is another: equal to another one, or contained in others. */
export const redundantPolicy: Check = {
  id: 'redundant-policy',
  severity: 'info',
  summary: 'A policy changes nothing: others isolate the same pods and allow all that it allows.',
  synth: false,
  run: (context) =>
    redundantPolicies(context).map(({ policy, by }) =>
      policyFinding(redundantPolicy, policy, {
        place: policy.place,
        message: `No connection of the input has another verdict without this policy: ${someOf(by.map(policyId))} isolate${by.length === 1 ? 's' : ''} the same pods and allow${by.length === 1 ? 's' : ''} all that it allows.`,
        mend: 'Remove it, unless it is there for pods that are not in the input.',
      }),
    ),
};

/** A policy that changes nothing, and those that do what it does. */
export interface RedundantPolicy {
  readonly policy: NetworkPolicy;
  readonly by: readonly Policy[];
}

/**
 * NetworkPolicies whose rules are all repeated and whose pods others isolate. One for a whole namespace is never one:
 * it is there for pods that are yet to come. All of them can go together.
 */
export function redundantPolicies({
  cluster,
  calicoLabels,
  policies,
  reachability,
}: CheckContext): readonly RedundantPolicy[] {
  const repeated = new Map<Policy, IneffectiveRule[]>();
  for (const found of ineffectiveRules(reachability))
    if (found.effect === 'repeated') append(repeated, found.policy, found);
  if (repeated.size === 0) return [];
  const landscape = Landscape.of(cluster, calicoLabels);
  const gone = new Set<Policy>();
  return policies.kubernetes.flatMap((policy) => {
    const rules = repeated.get(policy) ?? [];
    if (rules.length === 0 || selectsEverything(policy.podSelector) || isOwnPolicy(policy)) return [];
    const own = policy.types.reduce((count, direction) => count + policy[direction].length, 0);
    if (rules.length < own) return [];
    const others = (workload: (typeof cluster.workloads)[number], direction: 'ingress' | 'egress'): boolean =>
      reachability.isolatedBy(workload, direction).some((other) => other !== policy && !gone.has(other));
    const subjects = landscape.subjects(policy);
    if (!subjects.every((pod) => policy.types.every((direction) => others(pod, direction)))) return [];
    gone.add(policy);
    return [{ policy, by: [...new Set(rules.flatMap(({ by }) => by))].filter((other) => other !== policy) }];
  });
}
