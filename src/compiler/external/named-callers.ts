import type { ExternalCallers } from '../compilation';
import { InvalidInputError } from '../invalid-input-error';
import type { ModelIndex } from '../resolution/model-index';
import type { WorkloadName } from '../../intents/client-intents';
import type { Cidr } from '../../model/cidr';
import type { Finding } from '../../model/finding';
import type { Workload } from '../../model/workloads/workload';

/** @throws InvalidInputError when the text is not `namespace/name` */
export function parseCallerName(field: string, text: string, example: string): WorkloadName {
  const [namespace = '', name = '', ...rest] = text.split('/');
  if (namespace !== '' && name !== '' && rest.length === 0) return { namespace, name };
  throw new InvalidInputError(field, text, 'it is not namespace/name', `Write ${example}.`);
}

/**
 * The running workloads of these names. Of one that is not in the manifests the labels are not known, so every pod of its
 * namespace stands for it, and `notFound` says so.
 */
export function namedCallers(
  index: ModelIndex,
  names: readonly WorkloadName[],
  nodeRanges: readonly Cidr[],
  notFound: (name: WorkloadName) => Finding,
  findings: Finding[],
): ExternalCallers {
  const workloads: Workload[] = [];
  const namespaces: string[] = [];
  for (const name of names) {
    const found = index.named(name).filter(isRunning);
    workloads.push(...found);
    if (found.length > 0) continue;
    namespaces.push(name.namespace);
    findings.push(notFound(name));
  }
  return callersOf(workloads, namespaces, nodeRanges);
}

/** On the host network they come with the addresses of nodes. */
export function callersOf(
  workloads: readonly Workload[],
  namespaces: readonly string[],
  nodeRanges: readonly Cidr[],
): ExternalCallers {
  const pods = new Map(workloads.filter(({ hostNetwork }) => !hostNetwork).map((pod) => [pod.id, pod]));
  return {
    workloads: [...pods].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, workload]) => workload),
    namespaces: [...new Set(namespaces)].sort(),
    ranges: workloads.some(({ hostNetwork }) => hostNetwork) ? nodeRanges : [],
  };
}

/** `undefined` when nobody is left who could be let in. */
export function usableCallers(callers: ExternalCallers): ExternalCallers | undefined {
  const { workloads, namespaces, ranges, pods = [] } = callers;
  return workloads.length + namespaces.length + ranges.length + pods.length === 0 ? undefined : callers;
}

export function isRunning({ finished }: Workload): boolean {
  return !finished;
}
