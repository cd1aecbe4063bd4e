import type { Labels } from '../model/resource';
import type { Workload } from '../model/workload';

/** Labels that workloads get, gathered from several sides. */
export class LabelMap {
  readonly map = new Map<Workload, Labels>();

  add(workload: Workload, labels: Labels): void {
    this.map.set(workload, { ...this.map.get(workload), ...labels });
  }

  addAll(labels: ReadonlyMap<Workload, Labels>): void {
    for (const [workload, wanted] of labels) this.add(workload, wanted);
  }
}
