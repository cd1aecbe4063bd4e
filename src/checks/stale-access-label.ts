import type { Check } from './check';
import { compilerFindings } from './own-output';

/**
 * Pods that wear a label by which policies of intents let clients in, without an intent (otterize-operator 10.2 W-1).
 * Anybody who may write a pod template can put it on. At a synth the compiler says so.
 */
export const staleAccessLabel: Check = {
  id: 'stale-access-label',
  severity: 'error',
  summary: 'Pods wear an access label of intents that no intent gives them.',
  synth: false,
  run: (context) => compilerFindings(context, staleAccessLabel.id),
};
