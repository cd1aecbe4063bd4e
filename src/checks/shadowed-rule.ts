import { policyId } from '../policies/policy-id';
import { ineffectiveRules } from '../reachability/rule-effects';
import type { Check } from './check';
import { someOf } from './kubernetes-rules';
import { policyFinding } from './policy-finding';

/**
 * A rule that is never reached with another outcome than it wants: rules that are asked before it decide everything it
 * matches, some of it the other way (calico-policy-model 5.3 and 8 item 4). A Calico policy in tier `default` with an
 * order below 1000 is asked before every NetworkPolicy.
 */
export const shadowedRule: Check = {
  id: 'shadowed-rule',
  severity: 'warning',
  summary:
    'A rule has no effect: rules that are asked before it decide everything it matches, and otherwise.',
  synth: false,
  run: ({ reachability }) =>
    ineffectiveRules(reachability)
      .filter(({ effect }) => effect === 'shadowed')
      .map(({ policy, direction, rule, by }) => {
        const names = by.map((other) => (other === policy ? 'rules above it' : policyId(other)));
        const verb = rule.action === 'allow' ? 'allows' : rule.action === 'deny' ? 'denies' : 'passes on';
        return policyFinding(shadowedRule, policy, {
          place: rule.place,
          message: `The rule ${verb} nothing that is not decided before: ${names.length === 0 ? 'the tiers before it' : someOf(names)} decide${names.length === 1 && names[0] !== 'rules above it' ? 's' : ''} every ${direction} connection of the input that it matches, and not all of them as it does.`,
          mend: 'Move the rule (or its policy, by order and tier) before what decides in its stead, or remove it.',
        });
      }),
};
