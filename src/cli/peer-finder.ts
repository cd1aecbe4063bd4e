import { nearest } from '../model/field-reader';
import type { Workload } from '../model/workloads/workload';
import type { PeerReference } from './peer-reference';

type WorkloadReference = Extract<PeerReference, { type: 'workload' }>;

/** Finds workloads by name, and says what was probably meant when there is none. */
export class PeerFinder {
  private readonly byName = new Map<string, Workload[]>();

  constructor(private readonly workloads: readonly Workload[]) {
    for (const workload of workloads) {
      const key = `${workload.namespace}/${workload.name}`;
      const known = this.byName.get(key);
      if (known === undefined) this.byName.set(key, [workload]);
      else known.push(workload);
    }
  }

  /** Workloads of that name, of the given kind or of any. */
  matching({ namespace, name, kind }: WorkloadReference): readonly Workload[] {
    const named = this.byName.get(`${namespace}/${name}`) ?? [];
    return kind === undefined ? named : named.filter((workload) => workload.kind === kind);
  }

  /** Whole sentences: that there is none, and what there is instead. */
  missing(reference: WorkloadReference): string {
    const { namespace, name, kind } = reference;
    const path = `${namespace}/${name}`;
    const sameName = this.byName.get(path) ?? [];
    if (kind !== undefined && sameName.length > 0)
      return `There is no ${kind} ${path}; there is ${list(sameName)}.`;
    const start = `There is no workload ${path} in the manifests.`;
    const elsewhere = this.workloads.filter((workload) => workload.name === name);
    if (elsewhere.length > 0) return `${start} Did you mean ${list(elsewhere)}?`;
    const near = nearest(path, [...this.byName.keys()]);
    if (near !== undefined) return `${start} Did you mean ${near}?`;
    const neighbours = this.workloads.filter((workload) => workload.namespace === namespace);
    return neighbours.length === 0 ? start : `${start} Namespace ${namespace} has ${list(neighbours)}.`;
  }
}

const LISTED = 5;

function list(workloads: readonly Workload[]): string {
  const ids = workloads.slice(0, LISTED).map(({ id }) => id);
  const more = workloads.length - ids.length;
  return `${ids.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
