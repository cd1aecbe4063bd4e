import type { Engine } from './engine';
import type { Side } from './programs/sides';
import type { FamilyMask, FamilyVerdict } from './programs/verdict';
import { IndexSet } from './sets/index-set';
import { partition, stepAt, StepTable, type Steps } from './sets/steps';
import type { Direction } from '../policies/direction';

/** Ends (or outside addresses) that behave alike in one direction. */
export interface Actor {
  readonly id: number;
  readonly side: Side;
  readonly members: IndexSet;
  readonly mask: FamilyMask;
}

/** Everybody in one direction. */
export interface Actors {
  readonly all: readonly Actor[];
  /** Who stands at each position. */
  readonly at: Steps<Actor>;
}

/** Some members of an actor, and what another lets through with them. */
export interface Part {
  readonly value: FamilyVerdict;
  readonly members: IndexSet;
}

/** Groups the ends of a model by what they do in a direction, masks included where rules tell IP versions apart. */
export function actorsOf(engine: Engine, direction: Direction): Actors {
  const { ends, sides, layout } = engine;
  const members = new Map<Side, Map<FamilyMask, number[]>>();
  const add = (side: Side, mask: FamilyMask, index: number): void => {
    const byMask = members.get(side) ?? new Map<FamilyMask, number[]>();
    const list = byMask.get(mask) ?? [];
    list.push(index);
    byMask.set(mask, list);
    members.set(side, byMask);
  };
  for (const end of ends.classes)
    add(sides.of(end, direction), layout.dual ? engine.maskOf(end) : 3, end.index);
  const drafts = [...members].flatMap(([side, byMask]) =>
    [...byMask].map(([mask, indexes]) => ({ side, mask, members: IndexSet.ofSorted(indexes) })),
  );
  drafts.push({ side: sides.outside, mask: 3, members: layout.outsidePositions });
  const all = drafts.map((draft, id) => ({ id, ...draft }));
  return { all, at: placed(all, layout.positionCount) };
}

function placed(actors: readonly Actor[], size: number): Steps<Actor> {
  const ranges = actors.flatMap((actor) => [...actor.members.ranges()].map(([start]) => ({ start, actor })));
  ranges.sort((a, b) => a.start - b.start);
  return new StepTable<Actor>(size).of(
    ranges.map(({ start }) => start),
    ranges.map(({ actor }) => actor),
  );
}

/** The others that the actor's side does not plainly deny; undefined as soon as they are more than `few`. */
export function metBy({ side }: Actor, { at }: Actors, few: number): ReadonlySet<Actor> | undefined {
  const met = new Set<Actor>();
  let place = 0;
  for (let piece = 0; piece < side.values.length; piece++) {
    if (side.values[piece]?.isNone !== false) continue;
    const start = side.starts[piece] ?? 0;
    const end = side.starts[piece + 1] ?? Infinity;
    place = stepAt(at, start, place);
    for (; (at.starts[place] ?? Infinity) < end; place++) {
      const actor = at.values[place];
      if (actor !== undefined) met.add(actor);
      if (met.size > few) return undefined;
    }
  }
  return met;
}

/** The members by what the side lets through there; those it denies everything left out. */
export function letThrough(side: Side, members: IndexSet): readonly Part[] {
  const { edges } = members;
  const piece = stepAt(side, edges[0] ?? 0);
  const value = side.values[piece];
  // Most members are few, and next to each other.
  if (value !== undefined && (side.starts[piece + 1] ?? Infinity) >= (edges[edges.length - 1] ?? 0))
    return value.isNone ? NO_PART : [{ value, members }];
  const parts: Part[] = [];
  partition(side, members, isNotNone).forEach((edges, value) => {
    parts.push({ value, members: IndexSet.ofEdges(edges) });
  });
  return parts;
}

const NO_PART: readonly Part[] = [];

function isNotNone({ isNone }: FamilyVerdict): boolean {
  return !isNone;
}
