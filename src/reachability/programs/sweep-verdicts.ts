import { edgesOf } from '../sets/index-set';
import type { LaidProgram } from './laid-program';
import { RuleChain } from './rule-chain';
import type { StepTable, Steps } from '../sets/steps';
import type { FamilyVerdict } from './verdict';

/**
 * The verdicts of a program with every slot, in one sweep over the edges of what its rules match: between two of them
 * the same rules match. Nothing is made on the way but the result.
 */
export function sweepVerdicts({ tiers }: LaidProgram, table: StepTable<FamilyVerdict>): Steps<FamilyVerdict> {
  const chain = new RuleChain(tiers);
  const { marked } = chain;
  // `slot * number of marked sets + set`, ascending.
  const events = edgesOf(marked);
  table.begin();
  let next = 0;
  for (let slot = 0; slot < table.size; slot = Math.floor((events[next] ?? 0) / marked.length)) {
    const end = (slot + 1) * marked.length;
    for (; (events[next] ?? end) < end; next++) chain.flip((events[next] ?? 0) - slot * marked.length);
    table.add(slot, chain.verdict().forBoth);
    if (next >= events.length) break;
  }
  return table.done();
}
