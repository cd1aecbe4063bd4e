import type { Check } from './check';
import { compilerFindings } from './own-output';

/** Pods that wear the identity label of another workload: policies for that one select them too. */
export const staleIdentityLabel: Check = {
  id: 'stale-identity-label',
  severity: 'error',
  summary: 'Pods wear the label by which policies of intents know another workload.',
  synth: false,
  run: (context) => compilerFindings(context, staleIdentityLabel.id),
};
