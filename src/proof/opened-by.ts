import type { Workload } from '../model/workload';
import type { Policy } from '../policies/policy';
import type { ConnectionSet } from '../reachability/connection-set';
import type { Opening, Peer, Reachability } from '../reachability/reachability';

/** More single ports than this are not explained one by one. */
const PORTS_EXPLAINED = 16;

/**
 * The policies of an opening that let `peer` in on these connections. An opening names every policy that opens
 * something to its peers; on single ports it is told which of them do. Over ranges, which several policies may open
 * piece by piece, all are named: too many rather than too few.
 */
export function openedBy(
  reachability: Reachability,
  server: Workload,
  opening: Opening,
  peer: Peer,
  connections: ConnectionSet,
): readonly Policy[] {
  const ranges = connections.ranges();
  if (ranges.length > PORTS_EXPLAINED || ranges.some(({ first, last }) => first !== last))
    return opening.policies;
  const to: Peer = { type: 'workload', workload: server };
  const decisions = ranges.map(({ protocol, first }) =>
    reachability
      .explain(peer, to, protocol, first)
      .ingress.decidedBy.filter(({ action }) => action === 'allow')
      .map(({ policy }) => policy),
  );
  // A port that no rule explains leaves the blame with all of them.
  return decisions.some((policies) => policies.length === 0) ? opening.policies : decisions.flat();
}
