import { policyId } from '../policies/policy-id';
import type { Check } from './check';
import { portsOf, rulesInForce, someOf } from './kubernetes-rules';
import { policyFinding } from './policy-finding';

/** SCTP needs a network plugin that enforces policies for it. Said once. */
export const sctpSupport: Check = {
  id: 'sctp-support',
  severity: 'info',
  summary: 'A policy opens SCTP ports, which not every network plugin enforces.',
  synth: false,
  run: ({ policies }) => {
    const found = rulesInForce(policies.kubernetes).flatMap(({ policy, rule }) => {
      const index = portsOf(rule).findIndex(({ protocol }) => protocol === 'SCTP');
      return index < 0 ? [] : [{ policy, place: rule.place.at(['ports', index, 'protocol']) }];
    });
    const [first] = found;
    if (first === undefined) return [];
    const names = [...new Set(found.map(({ policy }) => policyId(policy)))];
    return [
      policyFinding(sctpSupport, first.policy, {
        place: first.place,
        message: `${someOf(names)} open${names.length === 1 ? 's' : ''} SCTP ports, and not every network plugin enforces policies for SCTP.`,
        mend: 'See that your network plugin does (Calico does).',
      }),
    ];
  },
};
