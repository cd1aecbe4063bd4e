import { FAMILIES } from './address-space';
import { bordersOfSide } from './border-uses';
import type { Engine } from '../engine';
import type { PositionPeers } from './position-peers';
import type { AddressPeer } from '../reachability';
import type { Side } from '../programs/sides';
import { DIRECTIONS } from '../../policies/direction';

/** Positions at which some end of the cluster tells outside addresses apart, ascending; with the family border. */
export function bordersOf({ ends, sides, layout }: Engine): readonly number[] {
  const isBorder = new Uint8Array(layout.positionCount);
  for (const family of FAMILIES) isBorder[layout.outsideStart(family)] = 1;
  const seen = new Set<Side>();
  for (const end of ends.classes) {
    for (const direction of DIRECTIONS) seen.add(sides.of(end, direction));
  }
  const outsideStart = layout.outsideStart(4);
  for (const side of seen) {
    const borders = bordersOfSide(side, outsideStart);
    for (let index = 0; index < borders.length; index++) isBorder[borders[index] ?? 0] = 1;
  }
  const borders: number[] = [];
  for (let position = outsideStart; position < isBorder.length; position++)
    if (isBorder[position] === 1) borders.push(position);
  return borders;
}

/** All outside addresses, in ranges that nobody tells apart. */
export function addressesOf(
  { layout }: Engine,
  peers: PositionPeers,
  borders: readonly number[],
): AddressPeer[] {
  return peers.addressesCutAt(layout.outsidePositions, borders);
}
