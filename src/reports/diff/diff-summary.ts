import type { IsolationChange } from '../../reachability/compare/isolation-change';
import { plural } from '../words';
import type { Diff } from './diff';
import type { DiffConnections } from './diff-connections';

/** What changed, in one line: `2 connections added, 1 removed; 1 workload isolated for the first time`. */
export function diffSummary(diff: Diff, { added, removed, undecided }: DiffConnections): string {
  const isolated = workloadsOf(diff, 'isolated');
  const opened = workloadsOf(diff, 'opened');
  const parts = [
    connections(added.length, removed.length),
    undecided.length > 0 ? `${plural(undecided.length, 'connection')} that cannot be decided` : '',
    isolated > 0 ? `${plural(isolated, 'workload')} isolated for the first time` : '',
    opened > 0 ? `${plural(opened, 'workload')} not isolated any more` : '',
    diff.added.length > 0 ? plural(diff.added.length, 'new workload') : '',
    diff.removed.length > 0 ? `${plural(diff.removed.length, 'workload')} gone` : '',
    diff.rolls.length > 0 ? `pods of ${plural(diff.rolls.length, 'workload')} roll` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'No change in who can talk to whom' : parts.join('; ');
}

function connections(added: number, removed: number): string {
  if (added === 0) return removed === 0 ? '' : `${plural(removed, 'connection')} removed`;
  return `${plural(added, 'connection')} added${removed === 0 ? '' : `, ${removed} removed`}`;
}

function workloadsOf({ isolation }: Diff, change: IsolationChange['change']): number {
  return new Set(isolation.filter((one) => one.change === change).map(({ workload }) => workload.id)).size;
}
