import type { Check } from './check';
import { compilerFindings } from './own-output';

/** An intent without effect: nothing restricts the egress of its client. At a synth the compiler says so. */
export const declaredOnly: Check = {
  id: 'declared-only',
  severity: 'info',
  summary: 'An intent to call the outside has no effect, as no policy restricts the egress of the client.',
  synth: false,
  run: (context) => compilerFindings(context, declaredOnly.id),
};
