import { FAMILIES } from '../ends/address-space';
import { bordersOfSide } from '../ends/border-uses';
import { IndexSet } from '../sets/index-set';
import type { PatchedEngine } from './patched-engine';
import { DIRECTIONS, type Direction } from '../../policies/direction';

/**
 * Positions at which some end tells outside addresses apart, ascending; with the family border. Those of ends that the
 * change cannot reach are known from the base.
 */
export function patchedBorders(engine: PatchedEngine): readonly number[] {
  const { base, ends, sides, layout, concerned } = engine;
  const reached = {
    ingress: ends.dirty.union(concerned.ingress),
    egress: ends.dirty.union(concerned.egress),
  };
  const inBase = (direction: Direction): IndexSet =>
    IndexSet.of(
      [...reached[direction].members()].flatMap((index) =>
        ends.isOfBase(index) ? [ends.inBase(index)] : [],
      ),
    );
  const stayed = base.borderUses.without({ ingress: inBase('ingress'), egress: inBase('egress') });
  const borders = new Set(stayed.map(positionNow(engine)));
  for (const family of FAMILIES) borders.add(layout.outsideStart(family));
  for (const direction of DIRECTIONS) {
    for (const index of reached[direction].members()) {
      const end = ends.at(index);
      if (end === undefined) continue;
      for (const border of bordersOfSide(sides.of(end, direction), layout.outsideStart(4)))
        borders.add(border);
    }
  }
  return [...borders].sort((a, b) => a - b);
}

/** Where an outside position of the base is now. */
function positionNow({ base, ends, space, layout }: PatchedEngine): (position: number) => number {
  if (space === base.space) return (position) => position + ends.size - base.ends.size;
  return (position) => {
    const interval = base.layout.intervalAt(position);
    if (interval === undefined) return position;
    const { family, index } = interval;
    const { first } = base.space.interval(family, index);
    return layout.outsideStart(family) + (space.touching(family, first, first).edges[0] ?? 0);
  };
}
