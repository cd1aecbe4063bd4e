export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A rectangle by its upper left corner. */
export interface Box extends Size {
  readonly x: number;
  readonly y: number;
}

/** A connection between two things, by their ranks; heavier ones are kept short. */
export interface Link {
  readonly from: number;
  readonly to: number;
  readonly weight: number;
  /** Width of its label; none when absent. */
  readonly label?: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The way a link goes around what is between its ends, and the middle of its label. */
export interface Route {
  readonly points: readonly Point[];
  readonly label: Point;
}

/** Boxes in the order of their sizes, and how much room they take. */
export interface Arranged extends Size {
  readonly boxes: readonly Box[];
  /** Of the links that shaped the layout. */
  readonly routes: ReadonlyMap<Link, Route>;
}

/** Free space between neighbours: below each other, and side by side. */
export type Gaps = readonly [vertical: number, horizontal: number];

/** Places things in layers, so that links go from left to right; boxes and routes in the order given. */
export type Layers = (
  sizes: readonly Size[],
  links: readonly Link[],
  gaps: Gaps,
) => { readonly boxes: readonly Box[]; readonly routes: readonly Route[] };

interface Means {
  readonly layers: Layers;
  readonly gaps: Gaps;
}

/** How wide a sheet is to be for its height. */
const ASPECT = 1.6;

/** Layers of other shapes than these, width by height, are wrapped into rows. */
const SHAPES = { widest: 3.4, highest: 0.4 };

/** Up to this size a screen shows any shape. */
const SMALL = 2200;

/** Links per thing that shape the layout: with all of a dense net it would take minutes and look no better. */
const KEPT_LINKS = 2;

/** Where linked things stand from left to right, and the others in a grid below. */
export function arrange(
  sizes: readonly Size[],
  links: readonly Link[],
  gaps: Gaps,
  layers: Layers,
): Arranged {
  const parts = componentsOf(sizes.length, links);
  const linked = parts.filter((part) => part.length > 1);
  const single = parts.flatMap((part) => (part.length === 1 ? part : []));
  const kept = backbone(sizes.length, links);
  const pieces = linked.map((members) => ({
    members,
    arranged: inLayers(members, sizes, kept, { layers, gaps }),
  }));
  if (single.length > 0) {
    const arranged = inGrid(
      single.map((rank) => sizes[rank] ?? { width: 0, height: 0 }),
      gaps,
    );
    pieces.push({ members: single, arranged });
  }
  const sheet = shelves(
    pieces.map(({ arranged }) => arranged),
    gaps,
  );
  const boxes: Box[] = sizes.map((size) => ({ ...size, x: 0, y: 0 }));
  const routes = new Map<Link, Route>();
  pieces.forEach(({ members, arranged }, index) => {
    const at = sheet.boxes[index];
    if (at !== undefined) for (const [link, route] of arranged.routes) routes.set(link, shifted(route, at));
    members.forEach((rank, order) => {
      const box = arranged.boxes[order];
      if (at !== undefined && box !== undefined) boxes[rank] = { ...box, x: at.x + box.x, y: at.y + box.y };
    });
  });
  return { ...sheet, boxes, routes };
}

/** In rows, as near to the shape of a screen as may be. */
export function inGrid(sizes: readonly Size[], gaps: Gaps): Arranged {
  return shelves(sizes, gaps);
}

function inLayers(
  members: readonly number[],
  sizes: readonly Size[],
  links: readonly Link[],
  { layers, gaps }: Means,
): Arranged {
  const ranks = new Map(members.map((rank, order) => [rank, order]));
  const own = links.filter(({ from, to }) => ranks.has(from) && ranks.has(to));
  const { boxes, routes } = layers(
    members.map((rank) => sizes[rank] ?? { width: 0, height: 0 }),
    own.map((link) => ({ ...link, from: ranks.get(link.from) ?? 0, to: ranks.get(link.to) ?? 0 })),
    gaps,
  );
  const layered = fromOrigin(
    boxes,
    new Map(
      own.flatMap((link, index) => {
        const route = routes[index];
        return route === undefined ? [] : [[link, route] as const];
      }),
    ),
  );
  const shape = layered.width / Math.max(1, layered.height);
  const small = Math.max(layered.width, layered.height) < SMALL;
  return small || (shape < SHAPES.widest && shape > SHAPES.highest) ? layered : wrapped(layered, gaps);
}

/** Rows in the order of the layers, every second one from right to left, so that neighbours stay neighbours. */
function wrapped({ boxes }: Arranged, gaps: Gaps): Arranged {
  const order = boxes
    .map((box, rank) => ({ box, rank }))
    .sort((a, b) => a.box.x - b.box.x || a.box.y - b.box.y);
  const rows = shelves(
    order.map(({ box }) => box),
    gaps,
  );
  const heights = [...new Set(rows.boxes.map(({ y }) => y))].sort((a, b) => a - b);
  const placed: Box[] = [...boxes];
  order.forEach(({ rank }, index) => {
    const box = rows.boxes[index];
    if (box === undefined) return;
    const back = heights.indexOf(box.y) % 2 === 1;
    placed[rank] = back ? { ...box, x: rows.width - box.x - box.width } : box;
  });
  return { ...rows, boxes: placed };
}

/** The route, elsewhere. */
export function shifted({ points, label }: Route, by: Point): Route {
  const move = ({ x, y }: Point): Point => ({ x: Math.round(x + by.x), y: Math.round(y + by.y) });
  return { points: points.map(move), label: move(label) };
}

function fromOrigin(boxes: readonly Box[], routes: ReadonlyMap<Link, Route>): Arranged {
  const lowest = (pick: (at: Point) => number): number => {
    const points = [...routes.values()].flatMap((route) => [...route.points, route.label]);
    return Math.min(...boxes.map(pick), ...points.map(pick));
  };
  const [left, top] = [lowest(({ x }) => x), lowest(({ y }) => y)];
  const moved = boxes.map((box) => ({ ...box, x: Math.round(box.x - left), y: Math.round(box.y - top) }));
  const kept = new Map([...routes].map(([link, route]) => [link, shifted(route, { x: -left, y: -top })]));
  const points = [...kept.values()].flatMap((route) => [...route.points, route.label]);
  return {
    boxes: moved,
    routes: kept,
    width: Math.max(...moved.map(({ x, width }) => x + width), ...points.map(({ x }) => x)),
    height: Math.max(...moved.map(({ y, height }) => y + height), ...points.map(({ y }) => y)),
  };
}

/** One beside the other, and a new row where the sheet would become too wide. */
function shelves(sizes: readonly Size[], [vertical, horizontal]: Gaps): Arranged {
  const area = sizes.reduce((sum, { width, height }) => sum + (width + horizontal) * (height + vertical), 0);
  const widest = Math.max(0, ...sizes.map(({ width }) => width));
  const limit = Math.max(widest, Math.sqrt(area * ASPECT));
  const boxes: Box[] = [];
  let [x, y, row] = [0, 0, 0];
  for (const size of sizes) {
    if (x > 0 && x + size.width > limit) {
      [x, y, row] = [0, y + row + vertical, 0];
    }
    boxes.push({ ...size, x, y });
    x += size.width + horizontal;
    row = Math.max(row, size.height);
  }
  return {
    boxes,
    routes: new Map(),
    width: Math.max(0, ...boxes.map((box) => box.x + box.width)),
    height: Math.max(0, ...boxes.map((box) => box.y + box.height)),
  };
}

/** The heaviest links of each thing, in an order that does not depend on how they were found. */
function backbone(count: number, links: readonly Link[]): Link[] {
  if (links.length <= count * KEPT_LINKS) return [...links];
  const sorted = [...links].sort((a, b) => b.weight - a.weight || a.from - b.from || a.to - b.to);
  const used = new Map<number, number>();
  return sorted.filter(({ from, to }) => {
    const [out, into] = [used.get(from) ?? 0, used.get(to) ?? 0];
    if (out >= KEPT_LINKS && into >= KEPT_LINKS) return false;
    used.set(from, out + 1);
    used.set(to, into + 1);
    return true;
  });
}

/** Things that hang together, each lot ascending, by their first. */
function componentsOf(count: number, links: readonly Link[]): number[][] {
  const lead = Array.from({ length: count }, (_, index) => index);
  const find = (start: number): number => {
    let at = start;
    while ((lead[at] ?? at) !== at) at = lead[at] = lead[lead[at] ?? at] ?? at;
    return at;
  };
  for (const { from, to } of links) {
    const [a, b] = [find(from), find(to)];
    lead[Math.max(a, b)] = Math.min(a, b);
  }
  const parts = new Map<number, number[]>();
  for (let index = 0; index < count; index++) {
    const root = find(index);
    const part = parts.get(root) ?? [];
    part.push(index);
    parts.set(root, part);
  }
  return [...parts.values()];
}
