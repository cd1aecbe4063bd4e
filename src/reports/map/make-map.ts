import { mapChanges } from './map-changes';
import type { MapData } from './map-data';
import { mapPeers, type MapSides } from './map-peers';
import { mapSide } from './map-side';
import { WhyList } from './why-list';

/**
 * The map of one version of manifests, or of a change from one to another: workloads and outside addresses, how each
 * stands, who may talk to whom, and which policies and rules say so.
 */
export function makeMap(sides: MapSides, title: string): MapData {
  const peers = mapPeers(sides);
  const whys = new WhyList();
  const { before } = sides;
  const after = mapSide(sides.after, peers, whys);
  const change =
    before === undefined
      ? {}
      : { before: mapSide(before, peers, whys), changes: mapChanges(before, sides.after, peers) };
  const { groups, nodes } = peers;
  return { version: 1, title, groups, nodes, whys: whys.all, after, ...change };
}
