import type { Labels } from '../../model/resource';
import type { Workload } from '../../model/workloads/workload';

/** Labels that workloads get, gathered from several sides. */
export class LabelMap {
  private readonly gathered = new Map<Workload, Record<string, string>>();

  /** What is gathered so far; it grows with every {@link add}. */
  get map(): ReadonlyMap<Workload, Labels> {
    return this.gathered;
  }

  add(workload: Workload, labels: Labels): void {
    const known = this.gathered.get(workload);
    // A client of many servers is met once for each of them, so its labels are not copied each time.
    if (known === undefined) this.gathered.set(workload, { ...labels });
    else Object.assign(known, labels);
  }

  addAll(labels: ReadonlyMap<Workload, Labels>): void {
    for (const [workload, wanted] of labels) this.add(workload, wanted);
  }
}
