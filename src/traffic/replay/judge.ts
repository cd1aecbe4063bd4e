import { questionsOf, type Question, type WorkloadNow } from './peers-of';
import type { Inventory } from '../mapping/inventory';
import type { ObservedEdge } from '../mapping/observed-edge';
import type { PortRange } from '../mapping/port-bits';
import type { Workload } from '../../model/workloads/workload';
import { printConnections } from '../../reachability/sets/connection-print';
import { ConnectionSet, PROTOCOL } from '../../reachability/sets/connection-set';
import type { Explanation, Peer, Reachability } from '../../reachability/reachability';
import { shownText } from '../../reports/shown-text';
import type { ReplaySide, ReplayVerdict } from '../../reports/replay/replay';

/** What policies do to an edge. */
export interface Judgement {
  readonly verdict: ReplayVerdict;
  /** A question that shows why, where something is cut or undecided. */
  readonly example?: { readonly question: Question; readonly port: number } | undefined;
  readonly explanation?: Explanation | undefined;
  readonly reason?: string | undefined;
}

/** An edge that cannot be judged, and why. */
export interface Unjudged {
  readonly verdict?: undefined;
  readonly reason: string;
}

/** Judges what was seen under the policies of one model. */
export class Judge {
  private readonly now: ReadonlyMap<string, Workload>;

  /** @param workloads those of the model that judges: what was seen may be of another one */
  constructor(
    private readonly reachability: Reachability,
    workloads: readonly Workload[],
    private readonly inventory: Inventory,
  ) {
    this.now = new Map(workloads.map((workload) => [workload.id, workload]));
  }

  judge(edge: ObservedEdge): Judgement | Unjudged {
    const { questions, reason } = questionsOf(edge, this.inventory);
    if (questions === undefined) return { reason };
    const asked = questions.map((question) => this.inModel(question));
    const gone = asked.find((question): question is string => typeof question === 'string');
    const there = asked.filter((question): question is Question => typeof question !== 'string');
    if (there.length === 0) return { verdict: 'gone', reason: `${gone ?? 'an end'} is not there any more` };
    return this.together(there.map((question) => this.ask(question)));
  }

  private readonly workloadNow: WorkloadNow = ({ id }) => this.now.get(id);

  private inModel(question: Question): Question | string {
    const [from, to] = [this.peerNow(question.from), this.peerNow(question.to)];
    if (typeof from === 'string') return from;
    return typeof to === 'string' ? to : { ...question, from, to };
  }

  private peerNow(peer: Peer): Peer | string {
    if (peer.type !== 'workload') return peer;
    const workload = this.workloadNow(peer.workload);
    return workload === undefined ? peer.workload.id : { type: 'workload', workload };
  }

  private ask(question: Question): Judgement {
    const { allowed, undecided } = this.reachability.connection(question.from, question.to);
    const asked = this.askedOf(question);
    if (asked.subtract(allowed).isEmpty) return { verdict: 'allowed' };
    if (question.otherPorts !== undefined) return this.askOfEach(question, asked);
    const isCut = asked.intersect(allowed).isEmpty && asked.intersect(undecided).isEmpty;
    const [left] = asked.subtract(allowed).ranges();
    const port = Math.max(left?.first ?? 0, question.ports === 'all' ? 1 : 0);
    const explanation = this.reachability.explain(question.from, question.to, question.protocol, port);
    const isOpen = asked.intersect(undecided).isEmpty;
    return {
      verdict: isCut ? 'cut' : 'undecided',
      example: { question, port },
      explanation,
      ...(isCut || !isOpen
        ? {}
        : { reason: 'The log does not say which port it was, and not all that it may be are let through.' }),
    };
  }

  /** Where the log does not say the port, it was none that no pod may send to: the call got through. */
  private askedOf(question: Question): ConnectionSet {
    const asked = connectionsOf(question);
    const isAnyPort = question.ports === 'all' && question.otherPorts === undefined;
    if (!isAnyPort || !PORTED.includes(question.protocol)) return asked;
    return question.from.type === 'addresses' ? asked : asked.subtract(this.reachability.droppedFromPods);
  }

  /** All of these ports were called, so what holds for one of them is no guess: some are cut as soon as one is. */
  private askOfEach(question: Question, asked: ConnectionSet): Judgement {
    const { from, to, protocol } = question;
    const { allowed, undecided } = this.reachability.connection(from, to);
    const cut = asked.subtract(allowed).subtract(undecided);
    const shown = cut.isEmpty ? asked.subtract(allowed) : cut;
    const port = shown.ranges()[0]?.first ?? 0;
    return {
      verdict: cut.isEmpty ? 'undecided' : 'cut',
      example: { question, port },
      explanation: this.reachability.explain(from, to, protocol, port),
      reason: `Too many ports were called to tell them all apart. Of those that are not, ${cut.isEmpty ? 'these cannot be decided' : 'these would not get through'}: ${shownText(printConnections(shown), 200)}`,
    };
  }

  /** Behind a Service it was one of several: what does not hold for all of them is undecided. */
  private together(judgements: readonly Judgement[]): Judgement {
    const [first] = judgements;
    const other = judgements.find(({ verdict }) => verdict !== first?.verdict);
    if (first !== undefined && other === undefined) return first;
    const shown = judgements.find(({ verdict }) => verdict !== 'allowed');
    return {
      ...shown,
      verdict: 'undecided',
      reason:
        'Several workloads are behind the Service, the log does not say which it was, and policies treat them differently.',
    };
  }
}

/** The connections that a question is about. */
export function connectionsOf({ protocol, ports, otherPorts }: Question): ConnectionSet {
  if (otherPorts !== undefined) return connectionsOfRanges(protocol, otherPorts);
  const all = ConnectionSet.allPorts(protocol);
  if (ports === 'all' || !PORTED.includes(protocol)) return all;
  return ports.reduce((set, port) => set.union(ConnectionSet.of(protocol, port, port)), ConnectionSet.NONE);
}

/** Two halves at a time: there may be thousands of ranges, and each union goes through all that it has. */
export function connectionsOfRanges(protocol: number, ranges: readonly PortRange[]): ConnectionSet {
  const [only] = ranges;
  if (only === undefined) return ConnectionSet.NONE;
  if (ranges.length === 1) return ConnectionSet.of(protocol, only.first, only.last);
  const middle = ranges.length >> 1;
  return connectionsOfRanges(protocol, ranges.slice(0, middle)).union(
    connectionsOfRanges(protocol, ranges.slice(middle)),
  );
}

const PORTED: readonly number[] = [PROTOCOL.tcp, PROTOCOL.udp, PROTOCOL.sctp];

/** The sides that do not let it through, with their workloads. */
export function sidesOf({ example, explanation }: Judgement): ReplaySide[] {
  if (example === undefined || explanation === undefined) return [];
  const { from, to } = example.question;
  const sides = [{ direction: 'egress', peer: from } as const, { direction: 'ingress', peer: to } as const];
  return sides.flatMap(({ direction, peer }) => {
    const { verdict, decidedBy, dropped } = explanation[direction];
    if (verdict === 'allow') return [];
    return [{ direction, of: nameOf(peer), decidedBy, ...(dropped === true ? { dropped } : {}) }];
  });
}

function nameOf(peer: Peer): string {
  if (peer.type === 'workload') return peer.workload.id;
  return peer.type === 'pod' ? `a pod of ${peer.namespace}` : 'an address';
}
