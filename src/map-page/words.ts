import { glyph, STATE_WORDS } from '../reports/map/draw-map';
import type { MapData, MapState } from '../reports/map/map-data';
import type { EndWhy } from '../reports/map/map-reach';
import { escapeXml } from '../reports/xml';

/** Longest list of rules that is written out. */
const LISTED = 6;

/** A name that leads to its node. */
export function nodeLink({ nodes }: MapData, node: number): string {
  const { id = '', name = '', kind = '' } = nodes[node] ?? {};
  return `<button class="link" data-node="${node}" title="${escapeXml(id)}">${escapeXml(kind === '' ? name : id)}</button>`;
}

/** Policies and rules with their places. */
export function whyList({ whys }: MapData, indexes: readonly number[]): string {
  const shown = indexes.slice(0, LISTED).map((index) => {
    const { policy = '', rule, place = '' } = whys[index] ?? {};
    const which = rule === undefined ? '' : `, ${escapeXml(rule)}`;
    return `${escapeXml(policy)}${which}${place === '' ? '' : ` <code>${escapeXml(place)}</code>`}`;
  });
  const rest = indexes.length - shown.length;
  return shown.join('; ') + (rest > 0 ? `; and ${rest} more` : '');
}

/** Why one end lets a connection pass, or not. */
export function endSentence(data: MapData, end: EndWhy, verb: string): string {
  if (!end.isolated) return `${verb}: no policy isolates it`;
  if (end.through.length > 0) return `${verb}: let through by ${whyList(data, end.through)}`;
  return `${verb}: isolated by ${whyList(data, end.by)}; no rule lets this through`;
}

/** A state with its shape. */
export function stateLine(state: MapState, before = ''): string {
  return `<p class="state glyphs">${shape(state)}<span>${before}${STATE_WORDS[state]}</span></p>`;
}

/** The shape of a state, by itself. */
export function shape(state: MapState): string {
  return `<svg width="18" height="18" viewBox="-9 -9 18 18" aria-hidden="true">${glyph('in', state, 0, 0)}</svg>`;
}

/** `1 workload`, `2 workloads`. */
export function counted(count: number, word: string): string {
  return `${count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`;
}
