/**
 * Whether two of the policies have rules with different actions: only then it matters which of them is asked first. A policy
 * without rules is opposed to none, and among the rules of one policy the order is known.
 *
 * @param actions of the rules of each policy
 */
export function areOpposed(actions: readonly Iterable<string>[]): boolean {
  const all = new Set<string>();
  let deciding = 0;
  for (const own of actions) {
    const [first] = own;
    if (first === undefined) continue;
    deciding++;
    for (const action of own) all.add(action);
    // Of two that decide anything one has an action that the other has not, or has beside it.
    if (deciding > 1 && all.size > 1) return true;
  }
  return false;
}
