import { actorsOf, letThrough, metBy, type Actor, type Actors } from './actors';
import type { Engine } from './engine';
import { IndexSet } from './sets/index-set';
import { InternTable } from './sets/intern-table';
import { sharedMask } from './ends/layout';
import type { PositionPeers } from './ends/position-peers';
import type { ConnectionGroup } from './reachability';
import { SetVerdict } from './programs/verdict';

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
  const { many, reachedBy } = reachOf(sources, targets, few);
  const rectangles: Rectangle[] = [];
  for (const target of targets.all) {
    const wanting = [...many, ...(reachedBy.get(target) ?? [])];
    const admitted = wanting.length > few ? metBy(target, sources, few) : undefined;
    for (const source of wanting) if (admitted?.has(source) !== false) addBetween(rectangles, source, target);
  }
  return rectangles;
}

/** The sources that reach more than `few` targets; and which of the others reach a target. */
function reachOf(
  sources: Actors,
  targets: Actors,
  few: number,
): { readonly many: readonly Actor[]; readonly reachedBy: ReadonlyMap<Actor, readonly Actor[]> } {
  const many: Actor[] = [];
  const reachedBy = new Map<Actor, Actor[]>();
  for (const source of sources.all) {
    const met = metBy(source, targets, few);
    if (met === undefined) many.push(source);
    for (const target of met ?? []) {
      const list = reachedBy.get(target);
      if (list === undefined) reachedBy.set(target, [source]);
      else list.push(source);
    }
  }
  return { many, reachedBy };
}

/** Adds what the two let each other do. */
function addBetween(into: Rectangle[], source: Actor, target: Actor): void {
  const senders = letThrough(target.side, source.members);
  if (senders.length === 0) return;
  const receivers = letThrough(source.side, target.members);
  const mask = sharedMask(source.mask, target.mask);
  for (let sender = 0; sender < senders.length; sender++) {
    for (let receiver = 0; receiver < receivers.length; receiver++) {
      const [ingress, egress] = [senders[sender], receivers[receiver]];
      if (ingress === undefined || egress === undefined) continue;
      const verdict = egress.value.and(ingress.value).for(mask);
      if (verdict !== SetVerdict.NONE) into.push({ verdict, from: ingress.members, to: egress.members });
    }
  }
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
  for (let index = 0; index < rectangles.length; index++) {
    const rectangle = rectangles[index];
    if (rectangle === undefined) continue;
    let alike = byVerdict.get(rectangle.verdict);
    if (alike === undefined) byVerdict.set(rectangle.verdict, (alike = new InternTable<Rectangle[]>()));
    alike.get(rectangle[other].edges, begin).push(rectangle);
  }
  return lists.flatMap((list) => {
    const first = list[0];
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
