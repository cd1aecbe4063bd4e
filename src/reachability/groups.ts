import type { Engine } from './engine';
import { IndexSet } from './sets/index-set';
import { InternTable } from './sets/intern-table';
import { sharedMask } from './ends/layout';
import type { PositionPeers } from './ends/position-peers';
import type { ConnectionGroup } from './reachability';
import type { Side } from './programs/sides';
import { partition, stepAt, StepTable, valueAt, type Steps } from './sets/steps';
import { SetVerdict, type FamilyMask, type FamilyVerdict } from './programs/verdict';
import type { Direction } from '../policies/direction';

/** Ends (or outside addresses) that behave alike in one direction. */
interface Actor {
  readonly id: number;
  readonly side: Side;
  readonly members: IndexSet;
  readonly mask: FamilyMask;
}

interface Actors {
  readonly all: readonly Actor[];
  /** Who stands at each position. */
  readonly at: Steps<Actor>;
}

/** Everyone of `from` towards everyone of `to`. */
interface Rectangle {
  readonly verdict: SetVerdict;
  readonly from: IndexSet;
  readonly to: IndexSet;
}

/** An actor that lets in (or goes to) more than this many others is compared with all of its like instead. */
const FEW = 256;

/**
 * All connections that are not plainly denied, as groups; the cost follows what is said, not the number of pairs.
 *
 * @param few the groups do not depend on it, only what they cost
 */
export function connectionGroups(
  engine: Engine,
  peers: PositionPeers,
  borders: readonly number[],
  few = FEW,
): ConnectionGroup[] {
  const rectangles = merge(merge(rectanglesOf(engine, few), 'from'), 'to').sort(compareRectangles);
  return rectangles.flatMap((rectangle) => {
    const group = new Group(peers, borders, rectangle);
    return isOnlySelf(rectangle, group) ? [] : [group];
  });
}

/** Lists are made when they are looked at: together they can be far longer than the policies that cause them. */
class Group implements ConnectionGroup {
  readonly verdict: SetVerdict;
  private sources: ConnectionGroup['from'] | undefined;
  private targets: ConnectionGroup['to'] | undefined;

  constructor(
    private readonly peers: PositionPeers,
    private readonly borders: readonly number[],
    private readonly rectangle: Rectangle,
  ) {
    this.verdict = rectangle.verdict;
  }

  get from(): ConnectionGroup['from'] {
    return (this.sources ??= this.peers.peers(this.rectangle.from, this.borders));
  }

  get to(): ConnectionGroup['to'] {
    return (this.targets ??= this.peers.peers(this.rectangle.to, this.borders));
  }
}

function rectanglesOf(engine: Engine, few: number): Rectangle[] {
  const sources = actorsOf(engine, 'egress');
  const targets = actorsOf(engine, 'ingress');
  const reach = new Map(sources.all.map((source) => [source, touched(source, targets, few)]));
  const admit = new Map(targets.all.map((target) => [target, touched(target, sources, few)]));
  const isBusy = (met: ReadonlySet<Actor> | undefined): boolean => (met?.size ?? 0) > few;
  const busyTargets = targets.all.filter((target) => isBusy(admit.get(target)));
  const rectangles: Rectangle[] = [];
  for (const [target, met] of admit) {
    if (!isBusy(met)) for (const source of met) addBetween(rectangles, source, target);
  }
  for (const [source, met] of reach) {
    for (const target of busyTargets) {
      if (isBusy(met) || met.has(target)) addBetween(rectangles, source, target);
    }
  }
  return rectangles;
}

function actorsOf(engine: Engine, direction: Direction): Actors {
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

/** The actors on the other side that this one's side does not plainly deny; no more than tell that they are many. */
function touched({ side }: Actor, { at }: Actors, few: number): ReadonlySet<Actor> {
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
      if (met.size > few) return met;
    }
  }
  return met;
}

/** Adds what the two let each other do. */
function addBetween(into: Rectangle[], source: Actor, target: Actor): void {
  const senders = letThrough(target.side, source.members);
  if (senders.length === 0) return;
  const receivers = letThrough(source.side, target.members);
  const mask = sharedMask(source.mask, target.mask);
  for (const { value: ingress, members: from } of senders) {
    for (const { value: egress, members: to } of receivers) {
      const verdict = egress.and(ingress).for(mask);
      if (verdict !== SetVerdict.NONE) into.push({ verdict, from, to });
    }
  }
}

interface Part {
  readonly value: FamilyVerdict;
  readonly members: IndexSet;
}

/** The members by what the side lets through there; those it denies everything left out. */
function letThrough(side: Side, members: IndexSet): readonly Part[] {
  const [first = 0, end] = members.edges;
  if (end === first + 1 && members.edges.length === 2) {
    const value = valueAt(side, first);
    return value === undefined || value.isNone ? [] : [{ value, members }];
  }
  const parts: Part[] = [];
  for (const [value, within] of partition(side, members)) {
    if (!value.isNone) parts.push({ value, members: within });
  }
  return parts;
}

/** Joins rectangles that differ in one side only. */
function merge(rectangles: readonly Rectangle[], side: 'from' | 'to'): Rectangle[] {
  const other = side === 'from' ? 'to' : 'from';
  const byVerdict = new Map<SetVerdict, InternTable<Rectangle[]>>();
  const lists: Rectangle[][] = [];
  const begin = (): Rectangle[] => {
    const list: Rectangle[] = [];
    lists.push(list);
    return list;
  };
  for (const rectangle of rectangles) {
    let alike = byVerdict.get(rectangle.verdict);
    if (alike === undefined) byVerdict.set(rectangle.verdict, (alike = new InternTable<Rectangle[]>()));
    alike.get(rectangle[other].edges, begin).push(rectangle);
  }
  return lists.flatMap((list) => {
    const [first] = list;
    if (first === undefined || list.length === 1) return list;
    return [{ ...first, [side]: IndexSet.unionOf(list.map((rectangle) => rectangle[side])) }];
  });
}

/** No two have both sides the same: every pair has one verdict. */
function compareRectangles(a: Rectangle, b: Rectangle): number {
  return compareEdges(a.from, b.from) || compareEdges(a.to, b.to);
}

function compareEdges({ edges: a }: IndexSet, { edges: b }: IndexSet): number {
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** A workload is no peer of itself (network-policy-semantics 2.1 item 14). */
function isOnlySelf({ from, to }: Rectangle, group: ConnectionGroup): boolean {
  const [start = 0, end] = from.edges;
  return end === start + 1 && from.equals(to) && group.from.length === 1;
}
