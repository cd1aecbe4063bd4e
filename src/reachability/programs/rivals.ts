import type { OrderedPolicy } from './program-assignment';
import type { Action } from '../rules/rule';
import type { Direction } from '../../policies/direction';

/** What is asked about a policy: where it stands, and what decides there. */
type Placed = Pick<OrderedPolicy, 'tier' | 'compiled'>;

/**
 * The policy at an index, with those after it that may as well be asked before it: nothing decides between them
 * ({@link CompiledPolicy.contest}), and they have rules with different actions. Never empty within the list.
 */
export function rivalsAt<T extends Placed>(
  policies: readonly T[],
  index: number,
  direction: Direction,
): readonly T[] {
  const policy = policies[index];
  if (policy === undefined) return [];
  let end = index + 1;
  while (isTied(policy, policies[end])) end++;
  if (end === index + 1) return [policy];
  const tied = policies.slice(index, end);
  return disagree(tied, direction) ? tied : [policy];
}

function isTied({ tier, compiled: { contest } }: Placed, other: Placed | undefined): boolean {
  return contest !== undefined && other?.tier === tier && other.compiled.contest === contest;
}

function disagree(tied: readonly Placed[], direction: Direction): boolean {
  const actions = new Set<Action>();
  for (const { compiled } of tied) for (const { action } of compiled.rules(direction)) actions.add(action);
  return actions.size > 1;
}
