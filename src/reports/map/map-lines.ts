import type { MapChange, MapData, MapSide, MapWay, Runs } from './map-data';
import { lineKey } from './line-label';
import { packRuns, runsCount, runsHave, unpackRuns } from './runs';

/** What a person looks at: one version or what differs, and all of it or one node or frame. */
export interface MapView {
  readonly side: 'before' | 'after' | 'changes';
  readonly focus?: MapFocus | undefined;
}

export interface MapFocus {
  readonly type: 'node' | 'group';
  readonly index: number;
}

/**
 * Where a line ends: at a node, at the frame of several, or nowhere in particular where more than half of all nodes are
 * meant.
 */
export interface LineEnd {
  readonly type: 'node' | 'group' | 'everyone';
  /** Of the node or the frame; 0 for everyone. */
  readonly index: number;
  /** Nodes it stands for. */
  readonly nodes: readonly number[];
}

/** How a line looks; `same` is what a change leaves as it is, `open` what no policy has a say in. */
export type LineLook = 'allowed' | 'undecided' | 'open' | 'same' | 'added' | 'removed';

/** A line from one end to another, for all connections between the two that look alike. */
export interface MapLine {
  readonly from: LineEnd;
  readonly to: LineEnd;
  readonly look: LineLook;
  /** Each text of ports once. */
  readonly ports: readonly string[];
  /** Connections behind it: ordered pairs of nodes. */
  readonly pairs: number;
}

/** Connections from all to all that look alike. */
export interface LineItem {
  readonly from: Runs;
  readonly to: Runs;
  readonly ports: string;
  readonly look: LineLook;
}

/** Up to so many connections and nodes a map shows each of them; beyond, those between frames until one looks closer. */
const DETAILED_PAIRS = 250;
const DETAILED_NODES = 150;

/** More ends than this in one frame are drawn as one line to the frame. */
const FOLDED = 6;

/** More ends than this, and more than half of all, are everyone. */
const EVERYONE = 12;

/** A frame with more nodes than this is folded even when one looks at it. */
const UNFOLDED = 60;

/** Whether the map is small enough to show every connection by itself. */
export function isDetailed(data: MapData): boolean {
  if (data.nodes.length > DETAILED_NODES) return false;
  const pairs = itemsOf(data, { side: 'after' }).reduce((sum, item) => sum + pairsIn(item), 0);
  return pairs <= DETAILED_PAIRS;
}

/** The lines of a view. */
export function linesOf(data: MapData, view: MapView, detailed = isDetailed(data)): MapLine[] {
  const lines = new Map<string, MutableLine>();
  const fold = view.focus === undefined && !detailed ? 0 : FOLDED;
  const items = itemsOf(data, view);
  for (const item of view.focus?.type === 'node' ? aroundNode(items, view.focus.index) : items) {
    for (const parts of focusParts(unpackRuns(item.from), unpackRuns(item.to), view.focus, data)) {
      const sources = endsOf(parts.from, data, parts.foldFrom ? fold : Infinity);
      const all = sources[0]?.type === 'everyone';
      const targets = endsOf(parts.to, data, parts.foldTo ? fold : Infinity, all);
      for (const source of sources) for (const target of targets) addLine(lines, item, source, target);
    }
  }
  // Between frames first: what stays within one shows when one looks at it.
  const within = ({ from, to }: MutableLine): boolean =>
    fold === 0 && from.type === to.type && from.index === to.index;
  // Where something changed, that is what the line is to say.
  const changed = new Set<string>();
  for (const { from, to, look } of lines.values()) if (look !== 'same') changed.add(lineKey(from, to));
  const hidden = ({ from, to, look }: MutableLine): boolean =>
    look === 'same' && changed.has(lineKey(from, to));
  return [...lines.values()]
    .filter((line) => !within(line) && !hidden(line))
    .map(({ ports, ...line }) => ({ ...line, ports: [...ports].sort() }));
}

/** What is behind the lines of a view, before ends are folded into frames. */
export function itemsOf(data: MapData, { side, focus }: MapView): LineItem[] {
  const here = focus === undefined ? () => true : touches(data, focus);
  const ways = (one: MapSide, same: boolean): LineItem[] =>
    one.ways
      .filter((way) => (way.reach === 'narrow' || focus?.type === 'node') && here(way))
      .flatMap((way) => wayItems(way, same));
  if (side !== 'changes') return ways(side === 'before' ? (data.before ?? data.after) : data.after, false);
  const changes = (data.changes ?? []).filter(here).map(changeItem);
  return focus === undefined && data.nodes.length > DETAILED_NODES
    ? changes
    : [...ways(data.after, true).filter(({ look }) => look !== 'open'), ...changes];
}

/** Ordered pairs of different nodes. */
export function pairsIn({ from, to }: { readonly from: Runs; readonly to: Runs }): number {
  const [sources, targets] = [runsCount(from), runsCount(to)];
  const [few, many] = sources < targets ? [from, to] : [to, from];
  return sources * targets - unpackRuns(few).filter((node) => runsHave(many, node)).length;
}

function wayItems({ from, to, ports, undecided, reach }: MapWay, same: boolean): LineItem[] {
  const look = same ? 'same' : 'allowed';
  return [
    ...(ports === ''
      ? []
      : [{ from, to, ports, look: reach === 'open' ? ('open' as const) : look } as const]),
    ...(undecided === '' ? [] : [{ from, to, ports: undecided, look: same ? 'same' : 'undecided' } as const]),
  ];
}

function changeItem({ from, to, ports, change }: MapChange): LineItem {
  return { from, to, ports, look: change };
}

function touches(
  { groups }: MapData,
  { type, index }: MapFocus,
): (item: { readonly from: Runs; readonly to: Runs }) => boolean {
  const nodes = type === 'node' ? [index] : (groups[index]?.nodes ?? []);
  return ({ from, to }) => nodes.some((node) => runsHave(from, node) || runsHave(to, node));
}

interface Ends {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** With a focus only what has an end there; that end is never folded. */
function focusParts(
  from: readonly number[],
  to: readonly number[],
  focus: MapFocus | undefined,
  { groups }: MapData,
): (Ends & { readonly foldFrom: boolean; readonly foldTo: boolean })[] {
  if (focus === undefined) return [{ from, to, foldFrom: true, foldTo: true }];
  const inside = new Set(focus.type === 'node' ? [focus.index] : (groups[focus.index]?.nodes ?? []));
  const own = (nodes: readonly number[]): number[] => nodes.filter((node) => inside.has(node));
  const others = (nodes: readonly number[]): number[] => nodes.filter((node) => !inside.has(node));
  const few = inside.size <= UNFOLDED;
  return [
    { from: own(from), to: others(to), foldFrom: !few, foldTo: true },
    { from: others(from), to: own(to), foldFrom: true, foldTo: !few },
    { from: own(from), to: own(to), foldFrom: !few, foldTo: !few },
  ];
}

/** What one node has with others, those alike together: a change may list them one by one. */
function aroundNode(items: readonly LineItem[], node: number): LineItem[] {
  const lots = new Map<string, { readonly item: LineItem; readonly others: number[] }>();
  const add = (way: 'in' | 'out', item: LineItem, others: Runs): void => {
    const key = [way, item.look, item.ports].join(' ');
    const lot = lots.get(key) ?? {
      item: { ...item, [way === 'in' ? 'to' : 'from']: String(node) },
      others: [],
    };
    for (const other of unpackRuns(others)) if (other !== node) lot.others.push(other);
    lots.set(key, lot);
  };
  for (const item of items) {
    if (runsHave(item.to, node)) add('in', item, item.from);
    if (runsHave(item.from, node)) add('out', item, item.to);
  }
  return [...lots].map(([key, { item, others }]) => ({
    ...item,
    [key.startsWith('in ') ? 'from' : 'to']: packRuns(others),
  }));
}

function endsOf(nodes: readonly number[], { nodes: all }: MapData, fold: number, apart = false): LineEnd[] {
  const everyone = nodes.length > EVERYONE && nodes.length * 2 > all.length;
  if (everyone && !apart && fold !== Infinity) return [{ type: 'everyone', index: 0, nodes }];
  const byGroup = new Map<number, number[]>();
  for (const node of nodes) {
    const group = all[node]?.group ?? -1;
    const members = byGroup.get(group);
    if (members === undefined) byGroup.set(group, [node]);
    else members.push(node);
  }
  return [...byGroup].flatMap(([group, members]): LineEnd[] =>
    members.length > fold
      ? [{ type: 'group', index: group, nodes: members }]
      : members.map((node) => ({ type: 'node', index: node, nodes: [node] })),
  );
}

interface MutableLine extends Omit<MapLine, 'ports' | 'pairs'> {
  readonly ports: Set<string>;
  pairs: number;
}

function addLine(lines: Map<string, MutableLine>, item: LineItem, from: LineEnd, to: LineEnd): void {
  if (from.type === 'node' && to.type === 'node' && from.index === to.index) return;
  const members = new Set(to.nodes);
  const pairs = from.nodes.length * members.size - from.nodes.filter((node) => members.has(node)).length;
  if (pairs === 0) return;
  const key = `${lineKey(from, to)} ${item.look}`;
  const line = lines.get(key);
  if (line === undefined) {
    lines.set(key, { from, to, look: item.look, ports: new Set([item.ports]), pairs });
    return;
  }
  line.ports.add(item.ports);
  line.pairs += pairs;
}
