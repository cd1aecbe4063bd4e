import type { Engine } from './engine';
import type { PositionPeers } from './position-peers';
import type { AddressPeer } from './reachability';
import { DIRECTIONS } from '../policies/direction';

/** Positions at which some end of the cluster tells outside addresses apart, ascending; with the family border. */
export function bordersOf({ ends, sides, layout }: Engine): readonly number[] {
  const borders = new Set([layout.outsideStart(4), layout.outsideStart(6)]);
  const seen = new Set<unknown>();
  for (const end of ends.classes) {
    for (const direction of DIRECTIONS) {
      const side = sides.of(end, direction);
      if (seen.has(side)) continue;
      seen.add(side);
      for (const start of side.starts) if (start >= ends.size) borders.add(start);
    }
  }
  return [...borders].sort((a, b) => a - b);
}

/** All outside addresses, in ranges that nobody tells apart. */
export function addressesOf(
  { layout }: Engine,
  peers: PositionPeers,
  borders: readonly number[],
): AddressPeer[] {
  return peers.addressesCutAt(layout.outsidePositions, borders);
}
