import { resourceId } from '../model/resource';
import type { Check } from './check';
import { hasIntents, ownAccessPolicies } from './own-output';

/** Drift: a policy that intents made once and do not make any more still lets its callers in. */
export const stalePolicy: Check = {
  id: 'stale-policy',
  severity: 'warning',
  summary: 'A policy was made from intents that are not there any more.',
  synth: false,
  run: (context) => {
    if (!hasIntents(context)) return [];
    const made = new Set(context.compilation.policies.map(({ namespace, name }) => `${namespace}/${name}`));
    return ownAccessPolicies(context)
      .filter(({ namespace = '', name }) => !made.has(`${namespace}/${name}`))
      .map((resource) => ({
        id: stalePolicy.id,
        severity: stalePolicy.severity,
        object: resourceId(resource),
        place: resource.place,
        message: `${resourceId(resource)} was made from intents that are not in the input any more: it still isolates its pods, and lets in whoever wears its label.`,
        mend: 'Remove it, or declare the call again.',
      }));
  },
};
