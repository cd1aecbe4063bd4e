import { append } from '../model/group-by';
import type { Cluster } from '../model/cluster';
import type { Workload } from '../model/workloads/workload';
import type { Direction } from '../policies/direction';
import type { Policy } from '../policies/policy';
import type { Reachability } from '../reachability/reachability';

/** Workloads that the same policies isolate. */
export interface IsolationGroup {
  /** In order of evaluation; at least one. */
  readonly policies: readonly Policy[];
  /** In the order of the model; at least one. */
  readonly workloads: readonly Workload[];
}

/** The isolated workloads of a direction, by the policies that isolate them. */
export function isolationGroups(
  { workloads }: Cluster,
  reachability: Reachability,
  direction: Direction,
): readonly IsolationGroup[] {
  const ids = new Map<Policy, number>();
  const groups = new Map<string, { policies: readonly Policy[]; workloads: Workload[] }>();
  const idOf = (policy: Policy): number => {
    const id = ids.get(policy) ?? ids.size;
    ids.set(policy, id);
    return id;
  };
  for (const workload of workloads) {
    const policies = reachability.isolatedBy(workload, direction);
    if (policies.length === 0) continue;
    const key = policies.map(idOf).join(' ');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { policies, workloads: [workload] });
    else group.workloads.push(workload);
  }
  return [...groups.values()];
}

/** The groups of each policy. */
export function groupsByPolicy(
  groups: readonly IsolationGroup[],
): ReadonlyMap<Policy, readonly IsolationGroup[]> {
  const lists = new Map<Policy, IsolationGroup[]>();
  for (const group of groups) for (const policy of group.policies) append(lists, policy, group);
  return lists;
}
