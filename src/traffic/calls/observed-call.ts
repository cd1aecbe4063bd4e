import { assess, CONFIDENCES, scannersOf, type Assessment, type Confidence } from './confidence';
import type { Inventory } from '../mapping/inventory';
import { Listening } from '../mapping/listens';
import type { Observed } from '../mapping/observe';
import type { ObservedEdge } from '../mapping/observed-edge';
import type { SeenName } from '../mapping/observed-names';
import type { Workload } from '../../model/workloads/workload';

/** A call of a workload, as it was seen. */
export interface ObservedCall extends Assessment {
  readonly edge: ObservedEdge;
  readonly client: Workload;
  /** Names of a server outside that is seen by its address. */
  readonly names: readonly SeenName[];
}

/** A call that is in no intent, and why. */
export interface LeftOut {
  readonly call: ObservedCall;
  readonly why:
    | 'below-count'
    | 'below-confidence'
    /** Policies denied it then, every time. */
    | 'denied'
    /** Nobody ever answered. */
    | 'unanswered'
    /** Targets have no word for it: ICMP, UDP to the outside. */
    | 'no-word'
    /** Ports that are not told apart, as there were too many: no target names them. */
    | 'many-ports'
    /** Its pods have run to their end, so no policy is about them. */
    | 'finished';
}

/** Which calls become intents. */
export interface CallThreshold {
  /** The least number of connections. Default 1. */
  readonly minCount?: number | undefined;
  /** Default `medium`. */
  readonly minConfidence?: Confidence | undefined;
  /** Calls that policies denied count as any others. Default false. */
  readonly denied?: boolean | undefined;
}

/** What was seen, sorted out. */
export interface ChosenCalls {
  readonly calls: readonly ObservedCall[];
  readonly leftOut: readonly LeftOut[];
}

/** The calls among what was seen, and which of them are good enough to become intents. */
export function chooseCalls(
  { edges, names }: Observed,
  inventory: Inventory,
  { minCount = 1, minConfidence = 'medium', denied = false }: CallThreshold = {},
): ChosenCalls {
  const listening = new Listening(inventory);
  const scanners = scannersOf(edges, listening);
  const calls: ObservedCall[] = [];
  const leftOut: LeftOut[] = [];
  for (const seen of edges) {
    if (seen.kind !== 'call' || seen.from.type !== 'workload') continue;
    const edge = denied ? { ...seen, count: seen.count + seen.denied } : seen;
    const { workload: client } = seen.from;
    const { to } = seen;
    const known = to.type === 'outside' && to.address !== undefined ? names.of(to.address, seen.from) : [];
    const call = { edge, client, names: known, ...assess(edge, known, { listening, scanners }) };
    const why = whyNot(call, minCount, minConfidence);
    if (why === undefined) calls.push(call);
    else leftOut.push({ call, why });
  }
  return { calls, leftOut };
}

function whyNot(
  { edge, client, confidence }: ObservedCall,
  minCount: number,
  minConfidence: Confidence,
): LeftOut['why'] | undefined {
  const server = edge.to.type === 'workload' ? edge.to.workload : undefined;
  if (client.finished || server?.finished === true) return 'finished';
  if (edge.otherPorts !== undefined) return 'many-ports';
  if (edge.count === 0) return edge.denied > 0 ? 'denied' : 'unanswered';
  if (edge.count < minCount) return 'below-count';
  return CONFIDENCES.indexOf(confidence) < CONFIDENCES.indexOf(minConfidence)
    ? 'below-confidence'
    : undefined;
}
