/** Beyond every edge; engines keep numbers up to here without a box. */
const END = 0x7fffffff;

/** Truth tables for members of two sets: bit 1 for those of the first only, bit 2 of the second only, bit 3 of both. */
export const EITHER = 0b1110;
export const BOTH = 0b1000;
export const FIRST_ONLY = 0b0010;

/**
 * Walks the edges of two sets in order and keeps those where the combination changes.
 *
 * @param keep which members stay: {@link EITHER}, {@link BOTH} or {@link FIRST_ONLY}
 */
export function combineEdges(left: readonly number[], right: readonly number[], keep: number): number[] {
  const edges: number[] = [];
  let i = 0;
  let j = 0;
  let inside = 0;
  while (i < left.length || j < right.length) {
    const a = i < left.length ? (left[i] ?? END) : END;
    const b = j < right.length ? (right[j] ?? END) : END;
    const edge = a < b ? a : b;
    if (a === edge) i++;
    if (b === edge) j++;
    const kept = (keep >> ((i & 1) | ((j & 1) << 1))) & 1;
    if (kept === inside) continue;
    inside = kept;
    edges.push(edge);
  }
  return edges;
}
