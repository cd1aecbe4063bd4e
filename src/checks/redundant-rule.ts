import type { Policy } from '../policies/policy';
import { policyId } from '../policies/policy-id';
import { ineffectiveRules, type IneffectiveRule } from '../reachability/rule-effects';
import type { Check, CheckContext } from './check';
import { isOwnPolicy, someOf } from './kubernetes-rules';
import { policyFinding } from './policy-finding';
import { redundantPolicies } from './redundant-policy';

/**
 * A rule without which no verdict of the input is another, by evaluation: others decide alike whatever it speaks of.
 * Policies that are redundant as a whole are named as such, and what intents make is left to intents.
 */
export const redundantRule: Check = {
  id: 'redundant-rule',
  severity: 'info',
  summary: 'A rule changes nothing: other rules decide the same for everything that it matches.',
  synth: false,
  run: (context) => {
    const whole = new Set<Policy>(redundantPolicies(context).map(({ policy }) => policy));
    return repeatedRules(context)
      .filter(({ policy }) => !whole.has(policy))
      .map(({ policy, direction, rule, by }) => {
        const others = by.filter((other) => other !== policy).map(policyId);
        return policyFinding(redundantRule, policy, {
          place: rule.place,
          message: `No ${direction} connection of the input is decided by this rule alone: ${others.length === 0 ? 'other rules of this policy' : someOf(others)} ${rule.action === 'allow' ? 'allow' : rule.action === 'deny' ? 'deny' : 'pass on'} everything that it matches.`,
          mend: 'Remove the rule, unless it is there for pods that are not in the input.',
        });
      });
  },
};

/** The rules that people wrote and that others repeat. */
export function repeatedRules({ reachability }: CheckContext): readonly IneffectiveRule[] {
  return ineffectiveRules(reachability).filter(
    ({ effect, policy }) => effect === 'repeated' && !('labels' in policy && isOwnPolicy(policy)),
  );
}
