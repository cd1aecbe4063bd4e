import { Judge, sidesOf, type Judgement } from './judge';
import { SeenCalls } from './seen-calls';
import { declaredNeverSeen, openedNeverSeen } from './never-seen';
import type { Evaluated } from '../../adoption/evaluated';
import { compile } from '../../compiler/compile';
import { readIntents } from '../../intents/read-intents';
import type { ClientIntents } from '../../intents/client-intents';
import type { Inventory } from '../mapping/inventory';
import { NO_PORT, type TrafficKind } from '../mapping/map-flow';
import type { Observed } from '../mapping/observe';
import type { ObservedEdge } from '../mapping/observed-edge';
import { portRangeText } from '../mapping/port-bits';
import { protocolNumber } from '../mapping/protocol-number';
import { endName } from '../mapping/traffic-end';
import { edgeLine } from '../output/other-traffic';
import type { Finding } from '../../model/finding';
import { mendOf } from '../../reports/explain/mend';
import { undecidedReason } from '../../reports/explain/undecided-reason';
import type { NotJudged, Replay, ReplayedConnection, ReplayVerdict } from '../../reports/replay/replay';

/** A model whose policies judge what was seen. */
export interface JudgingModel extends Pick<Evaluated, 'cluster' | 'index' | 'reachability'> {
  readonly findings: readonly Finding[];
}

/** What is judged by what. */
export interface ReplayInput {
  readonly observed: Observed;
  readonly inventory: Inventory;
  readonly model: JudgingModel;
  /** The model before a change: then only what differs is shown. */
  readonly before?: JudgingModel | undefined;
}

/** More examples than these of what is not judged are not kept. */
const MOST_EXAMPLES = 10;

const NOT_ASKED: Readonly<Partial<Record<TrafficKind, string>>> = {
  probe: 'Health probes: a node always reaches its own pods',
  elsewhere: 'Neither end is in the manifests',
};

/** Judges everything that was seen, once for each pair of ends and port. */
export function replayFlows(input: ReplayInput): Replay {
  const { observed, model, before } = input;
  const now = new Judging(model, input.inventory);
  const then = before === undefined ? undefined : new Judging(before, input.inventory);
  const connections: ReplayedConnection[] = [];
  const counts = { allowed: 0, cut: 0, undecided: 0, gone: 0 };
  const deniedThen = { allowed: 0, denied: 0 };
  const notJudged = new NotJudgedTally();
  let judged = 0;
  for (const edge of observed.edges) {
    const why = NOT_ASKED[edge.kind] ?? unanswered(edge);
    const judgement = why === undefined ? now.judge.judge(edge) : { reason: why };
    if (judgement.verdict === undefined) {
      notJudged.add(judgement.reason, edge);
      continue;
    }
    if (edge.count === 0) {
      if (judgement.verdict === 'allowed') deniedThen.allowed += 1;
      else deniedThen.denied += 1;
      continue;
    }
    judged += 1;
    counts[judgement.verdict] += 1;
    const was = then?.judge.judge(edge).verdict;
    const isShown = then === undefined ? judgement.verdict !== 'allowed' : was !== judgement.verdict;
    if (isShown) connections.push(now.shown(edge, judgement, was));
  }
  return {
    judged,
    connections: connections.sort((a, b) => RANK[a.verdict] - RANK[b.verdict]),
    counts,
    deniedThen,
    notJudged: notJudged.list(),
    notKept: observed.passedNotKept,
    neverSeen: neverSeenOf(model, observed),
    isChange: before !== undefined,
    first: observed.first,
    last: observed.last,
  };
}

const RANK: Readonly<Record<ReplayVerdict, number>> = { cut: 0, undecided: 1, gone: 2, allowed: 3 };

const FROM_NODE =
  'A node reaches the pods that run on it whatever policies say, and nobody knows whether this one does. Callers from outside may come with the address of a node, too (NAT).';

/** What nobody answered is no connection that could be cut. */
function unanswered({ count, denied }: ObservedEdge): string | undefined {
  return count + denied === 0 ? 'Nobody ever answered, so nothing would be lost' : undefined;
}

/** One model with all that its judgements are explained by. */
class Judging {
  readonly judge: Judge;
  private intents: readonly ClientIntents[] | undefined;

  constructor(
    private readonly model: JudgingModel,
    inventory: Inventory,
  ) {
    this.judge = new Judge(model.reachability, model.cluster.workloads, inventory);
  }

  shown(edge: ObservedEdge, judgement: Judgement, before: ReplayVerdict | undefined): ReplayedConnection {
    const { from, to, protocol, port, otherPorts, count, denied, first, last, sources } = edge;
    return {
      from: endName(from),
      to: endName(to),
      protocol: protocolNumber(protocol),
      ...(port === NO_PORT ? {} : { port }),
      ...(otherPorts === undefined ? {} : { otherPorts: otherPorts.map(portRangeText) }),
      count,
      denied,
      first,
      last,
      sources,
      verdict: judgement.verdict,
      sides: sidesOf(judgement),
      ...this.words(edge, judgement),
      ...(before === undefined ? {} : { before }),
    };
  }

  private words(
    { from: end, otherPorts }: ObservedEdge,
    { verdict, example, explanation, reason }: Judgement,
  ): { reason?: string; mend?: string } {
    if (example === undefined || explanation === undefined) return reason === undefined ? {} : { reason };
    const { reachability, cluster, findings } = this.model;
    const { from, to, protocol } = example.question;
    const flow = { from, to, protocol, port: example.port, explanation };
    const ofNode = end.type === 'node' ? FROM_NODE : undefined;
    if (verdict === 'undecided') return { reason: reason ?? ofNode ?? undecidedReason(flow, findings) };
    // What would let one of many ports through mends nothing.
    if (otherPorts !== undefined && reason !== undefined) return { reason };
    this.intents ??= readIntents(cluster.resources).intents;
    const mend = mendOf(flow, { reachability, intents: this.intents, services: cluster.services });
    return mend === undefined ? {} : { mend };
  }
}

/** By intents, where there are some; else by what policies let just some client do. */
function neverSeenOf(model: JudgingModel, { edges, names }: Observed): Replay['neverSeen'] {
  const { cluster } = model;
  const seen = new SeenCalls(edges, names);
  const { intents } = readIntents(cluster.resources);
  return intents.length > 0
    ? declaredNeverSeen(compile(cluster, intents), seen)
    : openedNeverSeen(model, seen);
}

class NotJudgedTally {
  private readonly reasons = new Map<string, { pairs: number; connections: number; examples: string[] }>();

  add(reason: string, edge: ObservedEdge): void {
    const known = this.reasons.get(reason) ?? { pairs: 0, connections: 0, examples: [] };
    this.reasons.set(reason, known);
    known.pairs += 1;
    known.connections += edge.count + edge.denied + edge.unanswered;
    if (known.examples.length < MOST_EXAMPLES) known.examples.push(edgeLine(edge));
  }

  list(): NotJudged[] {
    return [...this.reasons]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([reason, counted]) => ({ reason, ...counted }));
  }
}
