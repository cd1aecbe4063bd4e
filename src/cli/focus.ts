import type { Workload } from '../model/workloads/workload';
import { UsageError } from '../sources/usage-error';
import { parsePeerReference } from './peer-reference';
import { PeerFinder } from './peer-finder';

/**
 * Ids of the workloads that `--focus` names: `namespace/name`, with `[Kind]` or without (then every kind), or
 * `namespace/*`. Undefined when nothing is given.
 * @throws UsageError when there is no such workload
 */
export function focusOf(
  texts: readonly string[] | undefined,
  workloads: readonly Workload[],
  defaultNamespace = 'default',
): ReadonlySet<string> | undefined {
  if (texts === undefined) return undefined;
  return new Set(texts.flatMap((text) => idsOf(text, workloads, defaultNamespace)));
}

function idsOf(text: string, workloads: readonly Workload[], defaultNamespace: string): string[] {
  if (text.endsWith('/*')) {
    const namespace = text.slice(0, -2);
    const found = workloads.filter((workload) => workload.namespace === namespace);
    if (found.length === 0) throw new UsageError(`--focus: there is no workload in namespace ${namespace}.`);
    return found.map(({ id }) => id);
  }
  const { reference, reason } = parsePeerReference(text, defaultNamespace);
  if (reference === undefined) throw new UsageError(`--focus: ${reason}.`);
  if (reference.type !== 'workload')
    throw new UsageError(`--focus: ${text} is not a workload: write namespace/name or namespace/*.`);
  const finder = new PeerFinder(workloads);
  const found = finder.matching(reference);
  if (found.length === 0) throw new UsageError(`--focus: ${finder.missing(reference)}`);
  return found.map(({ id }) => id);
}
