import { lineKey, lineLabel } from './line-label';
import type { MapData } from './map-data';
import { isDetailed, linesOf } from './map-lines';
import {
  arrange,
  inGrid,
  shifted,
  type Arranged,
  type Box,
  type Layers,
  type Link,
  type Route,
  type Size,
} from './arrange';

/** Where everything stands, in pixels from the upper left corner; `x` and `y` are upper left corners too. */
export interface MapLayout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly Box[];
  readonly groups: readonly Box[];
  /** How lines go around what is between their ends, by {@link lineKey}; those that are not here go straight. */
  readonly routes: Readonly<Record<string, Route>>;
  /** Every connection is shown at first; else only those between frames. */
  readonly detailed: boolean;
}

const DENSE: Size = { width: 150, height: 26 };

/** Bounds of the width of a node that has room for its name, and the width of a letter. */
const WIDTHS = { least: 132, most: 236, letter: 7.6, around: 36 };

/** Wide enough for the longest name, within bounds. */
function roomy({ nodes }: MapData): Size {
  const longest = Math.max(0, ...nodes.map(({ name }) => name.length));
  const wanted = Math.ceil(longest * WIDTHS.letter) + WIDTHS.around;
  return { width: Math.min(WIDTHS.most, Math.max(WIDTHS.least, wanted)), height: 44 };
}

/** Free space within a frame, and that of its title. */
const PADDING = 18;
const DETAILED_PADDING = 48;
const TITLE = 40;

/**
 * Places the nodes in their frames and the frames on the sheet, from callers on the left to those who are called on the
 * right. Only connections that are drawn count.
 */
export function layoutMap(data: MapData, layers: Layers): MapLayout {
  const detailed = isDetailed(data);
  const size = data.nodes.length > 60 && !detailed ? DENSE : roomy(data);
  const inner = data.groups.map(({ nodes }) =>
    detailed
      ? arrange(sizes(nodes, size), innerLinks(data, nodes), [18, 76], layers)
      : inGrid(sizes(nodes, size), [10, 16]),
  );
  const padding = detailed ? DETAILED_PADDING : PADDING;
  const frames = inner.map(({ width, height }) => ({
    width: width + 2 * padding,
    height: height + PADDING + TITLE,
  }));
  const outer = arrange(frames, outerLinks(data), detailed ? [30, 90] : [26, 70], layers);
  return { detailed, ...placed(data, inner, outer, detailed) };
}

function placed(
  data: MapData,
  inner: readonly Arranged[],
  outer: Arranged,
  detailed: boolean,
): Omit<MapLayout, 'detailed'> {
  const nodes: Box[] = data.nodes.map(() => ({ x: 0, y: 0, width: 0, height: 0 }));
  data.groups.forEach((group, index) => {
    const frame = outer.boxes[index];
    group.nodes.forEach((node, rank) => {
      const box = inner[index]?.boxes[rank];
      if (frame !== undefined && box !== undefined)
        nodes[node] = {
          ...box,
          x: frame.x + (detailed ? DETAILED_PADDING : PADDING) + box.x,
          y: frame.y + TITLE + box.y,
        };
    });
  });
  return {
    nodes,
    groups: outer.boxes,
    routes: detailed ? routesOf(data, inner, outer) : {},
    width: outer.width,
    height: outer.height,
  };
}

/** Routes within frames, and between frames that lines end at. */
function routesOf(data: MapData, inner: readonly Arranged[], outer: Arranged): Record<string, Route> {
  const routes = new Map<string, Route>();
  data.groups.forEach(({ nodes }, index) => {
    const frame = outer.boxes[index] ?? { x: 0, y: 0 };
    for (const [{ from, to }, route] of inner[index]?.routes ?? []) {
      const at = { x: frame.x + DETAILED_PADDING, y: frame.y + TITLE };
      routes.set(`node ${nodes[from] ?? ''} node ${nodes[to] ?? ''}`, shifted(route, at));
    }
  });
  return Object.fromEntries(routes);
}

function sizes(nodes: readonly number[], size: Size): Size[] {
  return nodes.map(() => size);
}

/** Connections within a frame, by rank in it. */
function innerLinks(data: MapData, nodes: readonly number[]): Link[] {
  const ranks = new Map(nodes.map((node, rank) => [node, rank]));
  const links = new Map<string, Link>();
  for (const line of drawn(data, true)) {
    const { from, to, pairs } = line;
    const [source, target] = [ranks.get(from.index), ranks.get(to.index)];
    if (from.type !== 'node' || to.type !== 'node' || source === undefined || target === undefined) continue;
    const key = lineKey(from, to);
    const label = Math.max(links.get(key)?.label ?? 0, Math.min(150, lineLabel(line).length * 6.2 + 8));
    links.set(key, { from: source, to: target, weight: pairs, label });
  }
  return [...links.values()];
}

/** Connections between frames. */
function outerLinks(data: MapData): Link[] {
  return drawn(data, false)
    .filter(({ from, to }) => from.type === 'group' && to.type === 'group')
    .map(({ from, to, pairs }) => ({ from: from.index, to: to.index, weight: pairs }))
    .filter(({ from, to }) => from !== to);
}

/** With a change all versions count, so that nothing moves when one looks from one to the other. */
function drawn(data: MapData, detailed: boolean): ReturnType<typeof linesOf> {
  const sides = data.changes === undefined ? (['after'] as const) : (['after', 'before', 'changes'] as const);
  return sides.flatMap((side) => linesOf(data, { side }, detailed));
}
