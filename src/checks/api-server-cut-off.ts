import { findApiServerCutOff } from '../proof/api-server-calls';
import type { Check } from './check';
import { hasIntents } from './own-output';

/**
 * A webhook or an aggregated API that policies keep the API server from (intent-systems L16). With intents in the input
 * compiling opens the way. At a synth the proof says so.
 */
export const apiServerCutOff: Check = {
  id: 'api-server-cut-off',
  severity: 'warning',
  summary: 'The API server calls a workload, and policies let no outside address in there.',
  synth: false,
  run: (context) => (hasIntents(context) ? [] : findApiServerCutOff(context.cluster, context.reachability)),
};
