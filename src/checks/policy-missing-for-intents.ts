import type { Check } from './check';
import { hasIntents, isAccessName, ownAccessPolicies } from './own-output';
import { printPlace } from '../model/place';

/** Drift: an intent that was not compiled again. Where no policy of intents is in the input, none is missed. */
export const policyMissingForIntents: Check = {
  id: 'policy-missing-for-intents',
  severity: 'warning',
  summary: 'Intents need a policy that is not in the input, which has others that intents made.',
  synth: false,
  run: (context) => {
    const present = ownAccessPolicies(context);
    if (!hasIntents(context) || present.length === 0) return [];
    const names = new Set(present.map(({ namespace = '', name }) => `${namespace}/${name}`));
    return context.compilation.policies
      .filter(({ namespace, name }) => isAccessName(name) && !names.has(`${namespace}/${name}`))
      .flatMap(({ namespace, name, causes: [cause] }) => {
        if (cause === undefined) return [];
        const at = printPlace(cause.place);
        return [
          {
            id: policyMissingForIntents.id,
            severity: policyMissingForIntents.severity,
            object: `NetworkPolicy/${namespace}/${name}`,
            place: cause.place,
            message: `The intents${at === '' ? '' : ` at ${at}`} need the policy ${namespace}/${name}, which is not in the input, though other policies made from intents are: the call is denied where its server is isolated.`,
            mend: 'Compile the intents again, and commit what comes out.',
          },
        ];
      });
  },
};
