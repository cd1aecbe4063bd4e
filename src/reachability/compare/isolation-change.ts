import { affectedById, type Compared } from './compared';
import type { Workload } from '../../model/workloads/workload';
import { DIRECTIONS, type Direction } from '../../policies/direction';
import type { Policy } from '../../policies/policy';

/** A workload that policies began or ceased to isolate. */
export interface IsolationChange {
  /** As it is after the change. */
  readonly workload: Workload;
  readonly direction: Direction;
  readonly change: 'isolated' | 'opened';
  /** The policies that isolate it now, or that did. */
  readonly by: readonly Policy[];
}

/** Workloads on both sides of which the isolation changed, by id, ingress first. */
export function isolationChanges(before: Compared, after: Compared): IsolationChange[] {
  const old = new Map(before.workloads.map((workload) => [workload.id, workload]));
  const affected = { ingress: affectedById(after, 'ingress'), egress: affectedById(after, 'egress') };
  return after.workloads.flatMap((workload) => {
    const earlier = old.get(workload.id);
    return earlier === undefined
      ? []
      : DIRECTIONS.flatMap((direction): IsolationChange[] => {
          if (affected[direction]?.has(workload.id) === false) return [];
          const was = before.reachability.isolatedBy(earlier, direction);
          const by = after.reachability.isolatedBy(workload, direction);
          if (was.length > 0 === by.length > 0) return [];
          return by.length > 0
            ? [{ workload, direction, change: 'isolated', by }]
            : [{ workload, direction, change: 'opened', by: was }];
        });
  });
}
