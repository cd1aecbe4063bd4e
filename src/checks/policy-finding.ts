import type { Finding } from '../model/finding';
import type { Place } from '../model/place';
import type { Policy } from '../policies/policy';
import { policyId } from '../policies/policy-id';
import type { Check } from './check';

/** A finding of a check about a part of a policy. The severity is that of the check unless it is given. */
export function policyFinding(
  check: Pick<Check, 'id' | 'severity'>,
  policy: Policy,
  {
    place,
    ...rest
  }: Pick<Finding, 'message' | 'mend' | 'fix'> & {
    readonly place: Place;
    readonly severity?: Finding['severity'];
  },
): Finding {
  return { id: check.id, severity: check.severity, object: policyId(policy), place, ...rest };
}
