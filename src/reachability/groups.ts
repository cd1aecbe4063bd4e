import type { Engine } from './engine';
import { IndexSet } from './index-set';
import { sharedMask } from './layout';
import type { PositionPeers } from './position-peers';
import type { ConnectionGroup } from './reachability';
import type { Side } from './sides';
import { partition, StepTable, type Steps } from './steps';
import { SetVerdict, type FamilyMask } from './verdict';
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

/** All connections that are not plainly denied, as groups; the cost follows what is said, not the number of pairs. */
export function connectionGroups(
  engine: Engine,
  peers: PositionPeers,
  borders: readonly number[],
): ConnectionGroup[] {
  const rectangles = merge(merge(rectanglesOf(engine), 'from'), 'to');
  return rectangles.sort(compareRectangles).flatMap(({ verdict, from, to }) => {
    const group = { from: peers.peers(from, borders), to: peers.peers(to, borders), verdict };
    return isOnlySelf(group) ? [] : [group];
  });
}

function rectanglesOf(engine: Engine): Rectangle[] {
  const sources = actorsOf(engine, 'egress');
  const targets = actorsOf(engine, 'ingress');
  const reach = new Map(sources.all.map((source) => [source, touched(source, targets)]));
  const admit = new Map(targets.all.map((target) => [target, touched(target, sources)]));
  const isBusy = (met: ReadonlySet<Actor> | undefined): boolean => (met?.size ?? 0) > FEW;
  const busyTargets = targets.all.filter((target) => isBusy(admit.get(target)));
  const rectangles: Rectangle[] = [];
  for (const [target, met] of admit) {
    if (!isBusy(met)) for (const source of met) rectangles.push(...between(source, target));
  }
  for (const [source, met] of reach) {
    for (const target of busyTargets) {
      if (isBusy(met) || met.has(target)) rectangles.push(...between(source, target));
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

/** The actors on the other side that this one's side does not plainly deny. */
function touched({ side }: Actor, others: Actors): ReadonlySet<Actor> {
  const edges = side.values.map((value, index) => ({
    value,
    start: side.starts[index] ?? 0,
    end: side.starts[index + 1] ?? Infinity,
  }));
  const met = new Set<Actor>();
  const size = Math.max(...[0, ...others.all.map(({ members }) => members.edges.at(-1) ?? 0)]);
  for (const { value, start, end } of edges) {
    if (value.isNone) continue;
    for (const actor of partition(others.at, IndexSet.range(start, Math.min(end, size))).keys())
      met.add(actor);
  }
  return met;
}

function between(source: Actor, target: Actor): Rectangle[] {
  const senders = [...partition(target.side, source.members)].filter(([value]) => !value.isNone);
  if (senders.length === 0) return [];
  const receivers = [...partition(source.side, target.members)].filter(([value]) => !value.isNone);
  const mask = sharedMask(source.mask, target.mask);
  return senders.flatMap(([ingress, from]) =>
    receivers.flatMap(([egress, to]) => {
      const verdict = egress.and(ingress).for(mask);
      return verdict === SetVerdict.NONE ? [] : [{ verdict, from, to }];
    }),
  );
}

/** Joins rectangles that differ in one side only. */
function merge(rectangles: readonly Rectangle[], side: 'from' | 'to'): Rectangle[] {
  const other = side === 'from' ? 'to' : 'from';
  const alike = new Map<string, Rectangle[]>();
  for (const rectangle of rectangles) {
    const key = `${rectangle.verdict.id} ${rectangle[other].edges.join(',')}`;
    const list = alike.get(key);
    if (list === undefined) alike.set(key, [rectangle]);
    else list.push(rectangle);
  }
  return [...alike.values()].flatMap((list) => {
    const [first] = list;
    if (first === undefined || list.length === 1) return list;
    return [{ ...first, [side]: IndexSet.unionOf(list.map((rectangle) => rectangle[side])) }];
  });
}

function compareRectangles(a: Rectangle, b: Rectangle): number {
  return compareEdges(a.from, b.from) || compareEdges(a.to, b.to) || a.verdict.id - b.verdict.id;
}

function compareEdges({ edges: a }: IndexSet, { edges: b }: IndexSet): number {
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** A workload is no peer of itself (network-policy-semantics 2.1 item 14). */
function isOnlySelf({ from, to }: ConnectionGroup): boolean {
  const [a] = from;
  const [b] = to;
  return (
    from.length === 1 &&
    to.length === 1 &&
    a?.type === 'workload' &&
    b?.type === 'workload' &&
    a.workload === b.workload
  );
}
