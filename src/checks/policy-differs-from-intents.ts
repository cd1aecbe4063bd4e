import { policyResource } from '../compiler/policy-resource';
import { resourceId } from '../model/resource';
import { readPolicies } from '../policies/read-policies';
import { sameMeaning } from '../reachability/reevaluation/same-meaning';
import type { Check } from './check';
import { hasIntents, ownAccessPolicies } from './own-output';

/** Drift: a policy that intents made, changed by hand or made from what they said before. */
export const policyDiffersFromIntents: Check = {
  id: 'policy-differs-from-intents',
  severity: 'warning',
  summary: 'A policy that intents made is not what they make now.',
  synth: false,
  run: (context) => {
    if (!hasIntents(context)) return [];
    const made = new Map(
      context.compilation.policies.map((policy) => [`${policy.namespace}/${policy.name}`, policy]),
    );
    return ownAccessPolicies(context).flatMap((resource) => {
      const now = made.get(`${resource.namespace ?? ''}/${resource.name}`);
      if (now === undefined) return [];
      const [present] = readPolicies([resource]).kubernetes;
      const [wanted] = readPolicies([policyResource(now)]).kubernetes;
      if (present === undefined || wanted === undefined) return [];
      if (sameMeaning({ ...present, labels: {} }, { ...wanted, labels: {} })) return [];
      return [
        {
          id: policyDiffersFromIntents.id,
          severity: policyDiffersFromIntents.severity,
          object: resourceId(resource),
          place: resource.place.at(['spec']),
          message: `${resourceId(resource)} was made from intents, and is not what they make now: it was changed by hand, or they have changed since.`,
          mend: 'Compile the intents again. What is to stay of the change belongs into the intents, or into a policy of its own.',
        },
      ];
    });
  },
};
