import { printConnections } from '../../reachability/sets/connection-print';
import { changedPairs } from '../../reachability/compare/compare';
import type { Compared } from '../../reachability/compare/compared';
import { diffConnections, groupConnections, type DiffConnection } from '../diff/diff-connections';
import type { MapChange } from './map-data';
import type { MapPeers } from './map-peers';
import { packRuns } from './runs';

/** What differs between two versions, as `intents diff` says it. */
export function mapChanges(before: Compared, after: Compared, peers: MapPeers): MapChange[] {
  const { added, removed, undecided } = diffConnections(changedPairs(before, after));
  const lists: readonly (readonly [MapChange['change'], readonly DiffConnection[]])[] = [
    ['added', added],
    ['removed', removed],
    ['undecided', undecided],
  ];
  return lists.flatMap(([change, list]) =>
    groupConnections(list).map(({ from, to, connections }) => ({
      change,
      from: packRuns(from.map((peer) => peers.nodeOf(peer))),
      to: packRuns(to.map((peer) => peers.nodeOf(peer))),
      ports: printConnections(connections),
    })),
  );
}
