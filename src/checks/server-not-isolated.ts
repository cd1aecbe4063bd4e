import { proveServersIsolated } from '../proof/server-isolation';
import type { Check } from './check';
import { hasIntents, ownAccessPolicies } from './own-output';

/**
 * Intents without effect: nothing isolates the server that they speak of. Manifests that are yet to be compiled have no
 * policies of intents at all, and are not judged. At a synth the proof says so.
 */
export const serverNotIsolated: Check = {
  id: 'server-not-isolated',
  severity: 'error',
  summary: 'A server with intents is isolated by no policy, so that everybody may call it.',
  synth: false,
  run: (context) => {
    if (!hasIntents(context) || ownAccessPolicies(context).length === 0) return [];
    const { reachability, compilation } = context;
    return proveServersIsolated(reachability, compilation.declared);
  },
};
