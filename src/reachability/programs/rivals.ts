import type { OrderedPolicy } from './program-assignment';
import { areOpposed } from '../rules/opposed-actions';
import type { Direction } from '../../policies/direction';

/** What is asked about a policy: where it stands, and what decides there. */
type Placed = Pick<OrderedPolicy, 'tier' | 'compiled'>;

/**
 * How many policies from an index on may as well be asked before each other: nothing decides between them
 * ({@link CompiledPolicy.contest}), and they have rules with different actions. One within the list for most.
 */
export function rivalCount(policies: readonly Placed[], index: number, direction: Direction): number {
  const policy = policies[index];
  if (policy === undefined) return 0;
  let end = index + 1;
  while (isTied(policy, policies[end])) end++;
  const count = end - index;
  if (count === 1) return 1;
  const tied = policies.slice(index, end).map(({ compiled }) => compiled.rules(direction));
  return areOpposed(tied.map((rules) => rules.map(({ action }) => action))) ? count : 1;
}

/** The policies in order, {@link rivalCount | rivals} together. */
export function* byRivals<T extends Placed>(
  policies: readonly T[],
  direction: Direction,
): Generator<readonly T[]> {
  for (let index = 0; index < policies.length;) {
    const rivals = policies.slice(index, index + rivalCount(policies, index, direction));
    index += rivals.length;
    yield rivals;
  }
}

function isTied({ tier, compiled: { contest } }: Placed, other: Placed | undefined): boolean {
  return contest !== undefined && other?.tier === tier && other.compiled.contest === contest;
}
