import type { MapData } from '../reports/map/map-data';
import type { MapFocus } from '../reports/map/map-lines';

/** Something that was looked for. */
export interface Found {
  readonly focus: MapFocus;
  readonly label: string;
}

/** Most things that are listed. */
const LISTED = 40;

/**
 * Namespaces and nodes with all of the words in their name, those that begin with the text first. Each word may be
 * anywhere: `cart shop` finds `shop/cart[Deployment]`.
 */
export function find({ groups, nodes }: MapData, text: string): Found[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const all: Found[] = [
    ...groups.map(({ name, outside }, index) => ({
      focus: { type: 'group', index } as const,
      label: outside ? name : `${name} (namespace)`,
    })),
    ...nodes.map(({ id }, index) => ({ focus: { type: 'node', index } as const, label: id })),
  ];
  const hits = all.filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)));
  const rank = ({ label, focus }: Found): number => {
    const name = focus.type === 'node' ? (nodes[focus.index]?.name ?? '') : label;
    return name.toLowerCase().startsWith(words[0] ?? '') || label.toLowerCase().startsWith(words[0] ?? '')
      ? 0
      : 1;
  };
  return hits
    .map((hit, order) => ({ hit, rank: rank(hit), order }))
    .sort((a, b) => a.rank - b.rank || a.order - b.order)
    .slice(0, LISTED)
    .map(({ hit }) => hit);
}
