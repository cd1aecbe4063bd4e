import { policyId } from '../policies/policy-id';
import type { Check } from './check';
import { portsOf, rulesInForce, someOf } from './kubernetes-rules';
import { policyFinding } from './policy-finding';

/** Ranges of ports need a network plugin that reads `endPort`; others open its first port only. Said once. */
export const endPortSupport: Check = {
  id: 'end-port-support',
  severity: 'info',
  summary: 'A policy opens a range of ports with endPort, which not every network plugin reads.',
  synth: false,
  run: ({ policies }) => {
    const ranges = rulesInForce(policies.kubernetes).flatMap(({ policy, rule }) => {
      const index = portsOf(rule).findIndex(({ port, endPort }) => endPort !== undefined && endPort !== port);
      return index < 0 ? [] : [{ policy, place: rule.place.at(['ports', index, 'endPort']) }];
    });
    const [first] = ranges;
    if (first === undefined) return [];
    const names = [...new Set(ranges.map(({ policy }) => policyId(policy)))];
    return [
      policyFinding(endPortSupport, first.policy, {
        place: first.place,
        message: `${someOf(names)} open${names.length === 1 ? 's' : ''} a range of ports with endPort. A network plugin that does not read it opens the first port of the range only.`,
        mend: 'See that your network plugin reads endPort (Calico does), or list the ports.',
      }),
    ];
  },
};
