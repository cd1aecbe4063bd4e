import type { Box, Point } from './arrange';

/** How far a line goes out before it bends, at least. */
const REACH = 36;

/** How a line goes: the path of SVG, and where its label stands. */
export interface Curve {
  readonly path: string;
  readonly label: Point;
}

/** Free space before what a line ends at, for the shape of the state there. */
const GAP = 7;

/** A line along points that lead around what is between the boxes. */
export function along(points: readonly Point[], label: Point, from: Box, to: Box): Curve {
  const forward = to.x >= from.x + from.width;
  const [source, target] = [centre(from), centre(to)];
  const start = { x: forward ? from.x + from.width : from.x, y: source.y };
  const end = { x: forward ? to.x - GAP : to.x + to.width + GAP, y: target.y };
  const near = { x: end.x + (forward ? -18 : 18), y: end.y };
  const between = [...points.slice(1, -1), near];
  const parts = between.map((point, index) => {
    const next = between[index + 1];
    const stop = next === undefined ? end : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    return `Q${at(point)} ${at(stop)}`;
  });
  return { path: `M${at(start)}${parts.join('')}`, label: { x: label.x, y: label.y + 4 } };
}

/** How far lines swerve, up and down, to pass by what is between their ends. */
const SWERVES = [0, -60, 60, -110, 110, -180, 180];

/**
 * A line between two boxes, past the obstacles if a small swerve will do. A frame and what is in it are linked by a
 * short stub at the latter.
 */
export function curve(from: Box, to: Box, obstacles: readonly Box[] = []): Curve {
  if (from === to) return around(from);
  if (contains(from, to)) return stub(to, 'in');
  if (contains(to, from)) return stub(from, 'out');
  if (!beside(from, to)) return bow(from, to);
  const inTheWay = obstacles.filter((box) => box !== from && box !== to);
  let best = { hits: Infinity, curve: across(from, to, 0) };
  for (const swerve of SWERVES) {
    const tried = across(from, to, swerve);
    const hits = inTheWay.filter((box) => tried.passed.some((point) => isIn(point, box))).length;
    if (hits < best.hits) best = { hits, curve: tried };
    if (hits === 0) break;
  }
  return best.curve;
}

function isIn({ x, y }: Point, box: Box): boolean {
  return x > box.x - 6 && x < box.x + box.width + 6 && y > box.y - 4 && y < box.y + box.height + 4;
}

/** Whether there is room for a line from side to side. */
function beside(from: Box, to: Box): boolean {
  return to.x >= from.x + from.width + 8 || from.x >= to.x + to.width + 8;
}

/** From side to side; back and forth do not lie on one another. */
function across(from: Box, to: Box, swerve: number): Passing {
  const forward = to.x > from.x;
  const shift = forward ? 0 : 6;
  const [source, target] = [centre(from), centre(to)];
  const start = { x: forward ? from.x + from.width : from.x, y: source.y + shift };
  const end = { x: forward ? to.x - GAP : to.x + to.width + GAP, y: target.y + shift };
  const reach = Math.max(REACH, Math.abs(end.x - start.x) / 2) * (forward ? 1 : -1);
  return cubic(
    start,
    { x: start.x + reach, y: start.y + swerve },
    { x: end.x - reach, y: end.y + swerve },
    end,
  );
}

/** Around the right side on the way down, around the left one on the way up. */
function bow(from: Box, to: Box): Curve {
  const down = to.y >= from.y;
  const [source, target] = [centre(from), centre(to)];
  const reach = 26 + Math.min(120, Math.abs(target.y - source.y) * 0.16);
  const side = ({ x, width }: Box): number => (down ? x + width : x);
  const start = { x: side(from), y: source.y };
  const end = { x: side(to) + (down ? GAP : -GAP), y: target.y };
  const out = down ? Math.max(start.x, end.x) + reach : Math.min(start.x, end.x) - reach;
  return cubic(start, { x: out, y: start.y }, { x: out, y: end.y }, end);
}

/** A curve with points that it passes. */
interface Passing extends Curve {
  readonly passed: readonly Point[];
}

function cubic(start: Point, a: Point, b: Point, end: Point): Passing {
  const passed = Array.from({ length: 15 }, (_, index) => {
    const [t, u] = [(index + 1) / 16, 1 - (index + 1) / 16];
    const mix = (pick: (point: Point) => number): number =>
      u ** 3 * pick(start) + 3 * u * u * t * pick(a) + 3 * u * t * t * pick(b) + t ** 3 * pick(end);
    return { x: mix(({ x }) => x), y: mix(({ y }) => y) };
  });
  const middle = passed[7] ?? start;
  return {
    path: `M${at(start)}C${at(a)} ${at(b)} ${at(end)}`,
    label: { x: Math.round(middle.x), y: Math.round(middle.y) + 4 },
    passed,
  };
}

/** A short line into a box or out of it, from or to no place in particular. */
export function stub({ x, y, width, height }: Box, way: 'in' | 'out'): Curve {
  const [edge, middle] = [way === 'in' ? x : x + width, y + height / 2];
  const outer = way === 'in' ? edge - 40 : edge + 40;
  const far = { x: outer, y: middle - 16 };
  const near = { x: way === 'in' ? edge - GAP : edge, y: middle };
  const [start, end] = way === 'in' ? [far, near] : [near, far];
  const bend = { x: way === 'in' ? edge - 26 : edge + 26, y: middle };
  return { path: `M${at(start)}Q${at(bend)} ${at(end)}`, label: { x: outer, y: middle - 21 } };
}

/** Whether a box lies whole inside another. */
export function contains(outer: Box, inner: Box): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

/** From a frame to itself, at its upper right corner. */
function around({ x, y, width }: Box): Curve {
  const right = x + width;
  return {
    path: `M${right - 46} ${y}C${right - 46} ${y - 34} ${right + 34} ${y - 4} ${right} ${y + 30}`,
    label: { x: right, y: y - 14 },
  };
}

function centre({ x, y, width, height }: Box): Point {
  return { x: x + width / 2, y: y + height / 2 };
}

function at({ x, y }: Point): string {
  return `${Math.round(x)} ${Math.round(y)}`;
}
