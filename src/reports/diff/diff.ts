import type { Labels } from '../../model/resource';
import type { Workload } from '../../model/workloads/workload';
import type { IsolationImpact } from '../../proof/isolation-impact';
import { changedPairs, type ChangedPair } from '../../reachability/compare/compare';
import type { Compared } from '../../reachability/compare/compared';
import { isolationChanges, type IsolationChange } from '../../reachability/compare/isolation-change';

/** What a change of manifests means, as every form of the report says it. */
export interface Diff {
  /** Pairs whose verdict differs. */
  readonly pairs: readonly ChangedPair[];
  readonly isolation: readonly DiffIsolation[];
  /** Workloads on one side only, by id. */
  readonly added: readonly Workload[];
  readonly removed: readonly Workload[];
  readonly rolls: readonly PodLabelChange[];
}

/** A workload that policies began or ceased to isolate. */
export interface DiffIsolation extends IsolationChange {
  /** What the first isolation means for known callers. Absent: it was not asked, or the workload is not isolated. */
  readonly impact?: IsolationImpact | undefined;
}

/** Works out what isolations mean for those who are known to call. */
export type ImpactsOf = (
  changes: readonly IsolationChange[],
) => ReadonlyMap<IsolationChange, IsolationImpact>;

/** A workload whose pods are replaced because labels of its pod template changed. */
export interface PodLabelChange {
  readonly workload: Workload;
  /** Labels it did not have. */
  readonly added: Labels;
  /** Labels it has no more, with their former values. */
  readonly removed: Labels;
  /** Labels whose value changed. */
  readonly changed: readonly { readonly key: string; readonly before: string; readonly after: string }[];
}

/** Compares two models. @param impactsOf asked where something is isolated for the first time */
export function diffOf(before: Compared, after: Compared, impactsOf?: ImpactsOf): Diff {
  const old = new Map(before.workloads.map((workload) => [workload.id, workload]));
  const young = new Set(after.workloads.map(({ id }) => id));
  const isolation = isolationChanges(before, after);
  const isIsolated = isolation.some(({ change }) => change === 'isolated');
  const impacts = isIsolated ? impactsOf?.(isolation) : undefined;
  return {
    pairs: changedPairs(before, after),
    isolation: isolation.map((change) => ({ ...change, impact: impacts?.get(change) })),
    added: after.workloads.filter(({ id }) => !old.has(id)),
    removed: before.workloads.filter(({ id }) => !young.has(id)),
    rolls: after.workloads.flatMap((workload) => {
      const earlier = old.get(workload.id);
      return earlier === undefined ? [] : labelChange(earlier, workload);
    }),
  };
}

function labelChange(before: Workload, workload: Workload): PodLabelChange[] {
  const added: Record<string, string> = {};
  const removed: Record<string, string> = {};
  const changed: { key: string; before: string; after: string }[] = [];
  const keys = new Set([...Object.keys(before.labels), ...Object.keys(workload.labels)]);
  for (const key of [...keys].sort()) {
    const [was, is] = [valueOf(before.labels, key), valueOf(workload.labels, key)];
    if (was === is) continue;
    if (was === undefined) added[key] = is ?? '';
    else if (is === undefined) removed[key] = was;
    else changed.push({ key, before: was, after: is });
  }
  const same = changed.length === 0 && Object.keys(added).length + Object.keys(removed).length === 0;
  return same ? [] : [{ workload, added, removed, changed }];
}

/** Labels may be called like things every object has. */
function valueOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
