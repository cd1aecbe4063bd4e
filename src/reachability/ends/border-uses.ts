import type { Engine } from '../engine';
import { countUpTo } from '../sets/count-up-to';
import type { IndexSet } from '../sets/index-set';
import type { Side } from '../programs/sides';
import { DIRECTIONS, type Direction } from '../../policies/direction';

/** How many ends have each side, and how many of these sides tell outside addresses apart at each position. */
export class BorderUses {
  private readonly ends = new Map<Side, number>();
  /** By position. */
  private readonly sides = new Map<number, number>();

  /** Works the sides of all ends out. */
  constructor(private readonly engine: Pick<Engine, 'ends' | 'sides' | 'layout'>) {
    const { ends, sides } = engine;
    for (const end of ends.classes)
      for (const direction of DIRECTIONS) count(this.ends, sides.of(end, direction));
    for (const side of this.ends.keys())
      for (const border of bordersOfSide(side, this.outsideStart)) count(this.sides, border);
  }

  /** Positions at which ends tell outside addresses apart, in no order, were these ends not there. */
  without(left: Readonly<Record<Direction, IndexSet>>): number[] {
    const unused = new Map<number, number>();
    for (const side of this.sidesOnlyOf(left))
      for (const border of bordersOfSide(side, this.outsideStart)) count(unused, border);
    if (unused.size === 0) return [...this.sides.keys()];
    return [...this.sides].flatMap(([border, uses]) => (uses === unused.get(border) ? [] : [border]));
  }

  private sidesOnlyOf(left: Readonly<Record<Direction, IndexSet>>): Side[] {
    const gone = new Map<Side, number>();
    for (const direction of DIRECTIONS) {
      for (const index of left[direction].members()) {
        const end = this.engine.ends.at(index);
        if (end !== undefined) count(gone, this.engine.sides.of(end, direction));
      }
    }
    return [...gone].flatMap(([side, uses]) => (uses === this.ends.get(side) ? [side] : []));
  }

  private get outsideStart(): number {
    return this.engine.layout.outsideStart(4);
  }
}

/** Outside positions at which a side changes, ascending. */
export function bordersOfSide({ starts }: Side, outsideStart: number): readonly number[] {
  return starts.slice(countUpTo(starts, outsideStart - 1));
}

function count<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
