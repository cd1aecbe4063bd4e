import { escapeXml } from '../xml';
import type { Box } from './arrange';
import { along, curve, stub, type Curve } from './curve';
import { lineKey, lineLabel } from './line-label';
import type { MapData, MapSide, MapState } from './map-data';
import type { MapLayout } from './map-layout';
import type { LineEnd, MapLine } from './map-lines';

/** A state in words, as legends and panels have it. */
export const STATE_WORDS: Readonly<Record<MapState, string>> = {
  open: 'open: no policy isolates it',
  isolated: 'isolated: only what rules let through',
  wide: 'isolated, and most workloads are let through',
  cut: 'cut off: isolated, and nobody gets through',
  host: 'host network: policies do not hold',
  finished: 'finished: no network any more',
  absent: 'not there',
  outside: 'outside the cluster',
};

/** Frames, one for each namespace and one for the world outside. */
export function drawGroups({ groups }: MapData, layout: MapLayout): string {
  return groups
    .map(({ name, outside }, index) => {
      const { x, y, width, height } = boxAt(layout.groups, index);
      const said = escapeXml(outside ? name : `namespace ${name}`);
      return (
        `<g class="group${outside ? ' outside' : ''}" data-group="${index}" role="button" aria-label="${said}"><title>${said}</title>` +
        `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="10"/></g>`
      );
    })
    .join('');
}

/** Names of the frames, above all else. */
export function drawTitles({ groups }: MapData, layout: MapLayout): string {
  return groups
    .map(({ name, outside, nodes }, index) => {
      const { x, y, width } = boxAt(layout.groups, index);
      const count = outside ? '' : `<tspan class="count"> ${nodes.length}</tspan>`;
      const shown = escapeXml(shorten(name, Math.max(8, Math.floor((width - 44) / 8.4))));
      return `<text data-group="${index}" x="${x + 16}" y="${y + 22}" font-size="14">${shown}${count}</text>`;
    })
    .join('');
}

/** Nodes, each with how it stands: ingress on its left side, egress on its right one. */
export function drawNodes(data: MapData, side: MapSide, layout: MapLayout): string {
  return data.nodes
    .map(({ id, name, kind }, index) => {
      const { x, y, width, height } = boxAt(layout.nodes, index);
      const [ingress, egress] = [side.ingress[index] ?? 'absent', side.egress[index] ?? 'absent'];
      const dense = height < 40;
      const letters = Math.floor((width - 28) / (dense ? 6.9 : 7.4));
      const line = dense || kind === '' ? height / 2 + 4 : height / 2 - 2;
      const second =
        dense || kind === ''
          ? ''
          : `<text class="kind" x="16" y="${height / 2 + 13}">${escapeXml(kind)}</text>`;
      const glyphs =
        ingress === 'outside'
          ? ''
          : glyph('in', ingress, 0, height / 2) + glyph('out', egress, width, height / 2);
      const said =
        ingress === 'outside' ? id : `${id}\ningress ${STATE_WORDS[ingress]}\negress ${STATE_WORDS[egress]}`;
      return (
        `<g id="node-${index}" class="node ${ingress}" data-node="${index}" role="button" aria-label="${escapeXml(said.replaceAll('\n', ', '))}" transform="translate(${x},${y})">` +
        `<title>${escapeXml(said)}</title><rect width="${width}" height="${height}" rx="${ingress === 'outside' ? height / 2 : 6}"/>` +
        `<text class="name" x="16" y="${line}">${escapeXml(shorten(name, letters))}</text>${second}${glyphs}</g>`
      );
    })
    .join('');
}

/** Lines; one between frames is as thick as it has connections. */
export function drawLines(lines: readonly MapLine[], layout: MapLayout): string {
  // Lines of different looks between the same ends lie on one another; their labels stand below each other.
  const before = new Map<string, number>();
  const drawn = lines.map((line) => {
    const { path, label } = lineCurve(line, layout);
    const key = lineKey(line.from, line.to);
    const count = before.get(key) ?? 0;
    before.set(key, count + 1);
    return { line, path, label: { x: label.x, y: label.y + count * LABEL_STEP } };
  });
  const paths = drawn.map(({ line, path }, index) => {
    const width = Math.min(5, 1.3 + Math.log2(line.pairs) * 0.4).toFixed(1);
    return (
      `<g class="line ${line.look}" data-line="${index}" role="button" aria-label="${escapeXml(`connection: ${lineLabel(line)}`)}">` +
      `<path class="hit" d="${path}"/><path class="stroke" d="${path}" stroke-width="${width}" marker-end="url(#arrow-${line.look})"/></g>`
    );
  });
  const texts = drawn.map(({ line, label }, index) =>
    layout.detailed || (lines.length <= LABELLED && isLabelled(line))
      ? `<text class="ports ${line.look}" data-line="${index}" x="${label.x}" y="${label.y}">${escapeXml(shorten(lineLabel(line), 24))}</text>`
      : '',
  );
  return paths.join('') + texts.join('');
}

function lineCurve({ from, to }: MapLine, layout: MapLayout): Curve {
  const [source, target] = [boxOf(from, layout), boxOf(to, layout)];
  if (from.type === 'everyone') return stub(target, 'in');
  if (to.type === 'everyone') return stub(source, 'out');
  const route = layout.routes[lineKey(from, to)];
  if (route !== undefined) return along(route.points, route.label, source, target);
  return curve(source, target, layout.detailed ? layout.nodes : []);
}

/** From one label to the next below it. */
const LABEL_STEP = 14;

/** Lines of a large map that have words, unless there are more. */
const LABELLED = 60;

/** Lines between frames are too many for words. */
function isLabelled({ from, to }: MapLine): boolean {
  return from.type === 'node' || to.type === 'node';
}

/** Shapes of states and heads of arrows, referred to by name. */
export function drawDefinitions(): string {
  const heads = (['allowed', 'undecided', 'open', 'same', 'added', 'removed'] as const).map(
    (look) =>
      `<marker id="arrow-${look}" class="head ${look}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0.8L10 5L0 9.2z"/></marker>`,
  );
  return `<defs>${heads.join('')}${SHAPES}</defs>`;
}

const SHAPES =
  '<g id="state-open"><circle r="5" class="hollow"/></g>' +
  '<g id="state-isolated"><rect x="-5" y="-5" width="10" height="10" class="full"/></g>' +
  '<g id="state-wide"><path d="M0-7L7 0L0 7L-7 0z" class="hollow"/><path d="M0-7L7 0L0 7z" class="full"/></g>' +
  '<g id="state-cut"><circle r="7" class="back"/><path d="M-5-5L5 5M5-5L-5 5" class="cross"/></g>' +
  '<g id="state-host"><path d="M0-7L6.5 5H-6.5z" class="hollow"/></g>' +
  '<g id="state-finished"><path d="M-5 0H5" class="cross"/></g>';

/** The shape of a state. */
export function glyph(end: 'in' | 'out', state: MapState, x: number, y: number): string {
  if (state === 'absent' || state === 'outside') return '';
  return `<use class="glyph ${end} ${state}" href="#state-${state}" x="${x}" y="${y}"/>`;
}

/** The text, cut in the middle where it is too long: names differ at their ends. */
export function shorten(text: string, letters: number): string {
  if (text.length <= letters) return text;
  const head = Math.ceil((letters - 1) / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (letters - 1 - head))}`;
}

function boxOf({ type, index }: LineEnd, layout: MapLayout): Box {
  return boxAt(type === 'node' ? layout.nodes : layout.groups, index);
}

function boxAt(boxes: readonly Box[], index: number): Box {
  return boxes[index] ?? { x: 0, y: 0, width: 0, height: 0 };
}
