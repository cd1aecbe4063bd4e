import { changedEnds } from './changed-ends';
import { comparedPeers, type Compared, type ComparedPeer } from './compared';
import { ConnectionSet } from '../sets/connection-set';
import type { Verdict } from '../reachability';

/** One ordered pair whose verdict differs. */
export interface ChangedPair {
  readonly from: ComparedPeer;
  readonly to: ComparedPeer;
  readonly before: Verdict;
  readonly after: Verdict;
}

/** What a peer that is not there may do. */
const NOTHING: Verdict = { allowed: ConnectionSet.NONE, undecided: ConnectionSet.NONE };

/**
 * The pairs whose verdict differs between two models, by source and then destination; workloads by id, then address
 * ranges, of which one end is a workload. Workloads are the same when their ids are. Only pairs are looked at of which one end treats its peers
 * differently, so the cost follows the change and not the number of pairs; policies that are renamed, or written
 * differently and mean the same, change nothing.
 */
export function changedPairs(before: Compared, after: Compared): ChangedPair[] {
  const peers = comparedPeers(before, after);
  const receivers = changedEnds(before, after, peers, 'ingress');
  const senders = changedEnds(before, after, peers, 'egress');
  const changed: ChangedPair[] = [];
  for (const from of peers) {
    const candidates = senders.has(from) ? peers : receivers;
    for (const to of candidates) {
      if (from === to) continue;
      const [old, young] = [verdict(before, from.before, to.before), verdict(after, from.after, to.after)];
      if (!isSame(old, young)) changed.push({ from, to, before: old, after: young });
    }
  }
  return changed;
}

function verdict(
  { reachability }: Compared,
  from: ComparedPeer['before'],
  to: ComparedPeer['before'],
): Verdict {
  return from === undefined || to === undefined ? NOTHING : reachability.connection(from, to);
}

/** Sets of connections that are equal are the same object. */
function isSame(a: Verdict, b: Verdict): boolean {
  return a.allowed === b.allowed && a.undecided === b.undecided;
}
