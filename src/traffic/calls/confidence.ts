import type { SeenName } from '../mapping/observed-names';
import type { ObservedEdge } from '../mapping/observed-edge';
import type { Listening } from '../mapping/listens';
import { NO_PORT } from '../mapping/map-flow';
import { DOUBT, type TrafficEnd } from '../mapping/traffic-end';

/** How sure it is that an edge is a call that its client means to make. */
export type Confidence = 'high' | 'medium' | 'low';

/** From the least to the most. */
export const CONFIDENCES: readonly Confidence[] = ['low', 'medium', 'high'];

/** An edge seen less often than this may be a slip, or a scan. */
export const FEW = 3;

/** A client that tried so many ports of servers that declare none of them looks for something: it scans. */
export const MANY_TRIED = 10;

/** Of what a scan tries, servers declare some: it hits one of these no more often than this share of all it tried. */
const SHARE_OF_A_SCAN = 0.1;

/** Clients that scan, and how often one calls at least what is no part of its scan. */
export type Scanners = ReadonlyMap<TrafficEnd, number>;

/** What the confidence comes of. */
export interface Assessment {
  readonly confidence: Confidence;
  /** What speaks against it, each half a sentence. */
  readonly doubts: readonly string[];
}

/** Without doubts it is high; with one medium; with more low. */
export function assess(
  edge: ObservedEdge,
  names: readonly SeenName[],
  { listening, scanners }: { readonly listening: Listening; readonly scanners: Scanners },
): Assessment {
  const scan = scanners.get(edge.from);
  const isFew = edge.count < (scan ?? FEW);
  const doubts = [
    ...(isFew ? [edge.count === 1 ? 'seen once' : `seen ${edge.count} times`] : []),
    ...(isFew && scan !== undefined ? ['its client tries many ports that nobody declares'] : []),
    ...(isUndeclared(edge, listening) ? ['the server does not declare the port'] : []),
    ...((edge.doubts & DOUBT.labels) === 0 ? [] : ['an end is told by its labels only']),
    ...((edge.doubts & DOUBT.portNumbers) === 0
      ? []
      : ['which end is the server is told by the numbers of the ports']),
    ...outsideDoubts(edge, names),
  ];
  return { confidence: doubts.length === 0 ? 'high' : doubts.length === 1 ? 'medium' : 'low', doubts };
}

function outsideDoubts({ to }: ObservedEdge, names: readonly SeenName[]): string[] {
  if (to.type !== 'outside' || to.address === undefined) return [];
  const [first, second] = names;
  if (first === undefined) return ['no name was seen for the address'];
  if (first.by === 'others') return ['others asked for the name of the address, its client was not seen to'];
  return second === undefined ? [] : ['several names were seen for the address'];
}

function isUndeclared({ to, protocol, port }: ObservedEdge, listening: Listening): boolean {
  return to.type === 'workload' && port !== NO_PORT && !listening.on(to, protocol, port);
}

/** Ports that are no longer told apart are those that nobody declares and that were seen least: each of them was tried. */
function triedPorts(edge: ObservedEdge, listening: Listening): number {
  if (edge.otherPorts !== undefined)
    return edge.otherPorts.reduce((count, { first, last }) => count + last - first + 1, 0);
  return edge.count < FEW && isUndeclared(edge, listening) ? 1 : 0;
}

/** Clients that try many ports which nobody declares, each a few times only. */
export function scannersOf(edges: readonly ObservedEdge[], listening: Listening): Scanners {
  const tried = new Map<TrafficEnd, number>();
  for (const edge of edges) {
    if (edge.kind !== 'call') continue;
    const ports = triedPorts(edge, listening);
    if (ports > 0) tried.set(edge.from, (tried.get(edge.from) ?? 0) + ports);
  }
  return new Map(
    [...tried]
      .filter(([, count]) => count >= MANY_TRIED)
      .map(([client, count]) => [client, Math.max(FEW, Math.ceil(count * SHARE_OF_A_SCAN))]),
  );
}
