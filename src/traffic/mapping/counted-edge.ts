import type { EdgeCount } from './edge-count';
import type { MappedFlow } from './map-flow';
import type { PortBits } from './port-bits';

/** What is kept of an edge: nothing of its first record, so that records are young when they die. */
export interface CountedEdge extends Pick<MappedFlow, 'protocol' | 'port' | 'kind'> {
  readonly from: number;
  readonly to: number;
  readonly count: EdgeCount;
  /** Whether somebody says that there is something at this port: it is never one of {@link ports}. */
  readonly isFirm: boolean;
  /** What the names of its ends take, in edges. */
  readonly names: number;
  /** Of what is no longer told apart by ports. */
  readonly ports?: PortBits | undefined;
}

/** What a point of an edge takes in memory, in edges. */
export const POINT_WEIGHT = 1 / 16;
/** What a set of ports takes. */
const PORTS_WEIGHT = 4;

/** How much memory an edge takes, in edges without anything to them. */
export function weightOf({ count, names, ports }: CountedEdge): number {
  return 1 + names + count.pointCount * POINT_WEIGHT + (ports === undefined ? 0 : PORTS_WEIGHT);
}

/** A call at a declared port is worth so many records more than another edge, and what has no end in the manifests less. */
const CALL = 4;
const ELSEWHERE = 1 / 4;

/**
 * How much speaks for an edge. A scan shows itself by one record for each of many edges, so those with few records are the
 * first to go when there are too many.
 */
export function strengthOf({ count, kind, isFirm }: CountedEdge): number {
  if (kind === 'elsewhere') return count.records * ELSEWHERE;
  return kind === 'call' && isFirm ? count.records * CALL : count.records;
}

/** The weakest first; of two alike, the one that was seen first: it had more time to be seen again. */
export function weakestFirst(edges: readonly CountedEdge[]): CountedEdge[] {
  return edges
    .map((edge) => ({ edge, strength: strengthOf(edge) }))
    .sort((a, b) => a.strength - b.strength)
    .map(({ edge }) => edge);
}
