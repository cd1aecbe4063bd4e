import type { UnitChange } from '../desired/incremental-compiler';
import { homeOf } from '../status/statuses';

/** Namespaces of which something is wanted otherwise than before. */
export function reachedBy(changes: readonly UnitChange[]): Set<string> {
  return new Set(
    changes.flatMap(({ namespace, workloads, namespaces }) => [
      namespace,
      ...[...workloads].map(homeOf),
      ...namespaces,
    ]),
  );
}
