import { escapeXml } from '../xml';
import { drawDefinitions, drawGroups, drawLines, drawNodes, drawTitles } from './draw-map';
import type { MapData } from './map-data';
import type { MapLayout } from './map-layout';
import { linesOf } from './map-lines';
import { MAP_STYLE } from './page-bundle';

/** Free space around everything. */
const MARGIN = 40;

/** The map as one picture, with its own colours for light and dark surroundings; of a change what differs. */
export function mapSvg(data: MapData, layout: MapLayout): string {
  return `${drawMap(data, layout, { style: MAP_STYLE, fixed: true })}\n`;
}

/** The picture; in a page it takes the size of its place, and its colours from there. */
export function drawMap(
  data: MapData,
  layout: MapLayout,
  { style = '', fixed = false }: { readonly style?: string; readonly fixed?: boolean } = {},
): string {
  const [width, height] = [layout.width + 2 * MARGIN, layout.height + 2 * MARGIN];
  const size = fixed ? ` width="${width}" height="${height}"` : '';
  const lines = linesOf(data, { side: data.changes === undefined ? 'after' : 'changes' }, layout.detailed);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" id="map" class="map${layout.detailed ? ' detailed' : ''}"${size} viewBox="${-MARGIN} ${-MARGIN} ${width} ${height}" role="group" aria-label="${escapeXml(data.title)}">` +
    (style === '' ? '' : `<style>${style}</style>`) +
    drawDefinitions() +
    (fixed ? `<rect class="sheet" x="${-MARGIN}" y="${-MARGIN}" width="${width}" height="${height}"/>` : '') +
    `<g id="sheet"><g id="groups">${drawGroups(data, layout)}</g><g id="lines">${drawLines(lines, layout)}</g><g id="nodes">${drawNodes(data, data.after, layout)}</g><g id="titles">${drawTitles(data, layout)}</g></g></svg>`
  );
}
