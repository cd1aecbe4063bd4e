import { addressesOf, bordersOf } from './ends/told-apart';
import type { EndClass } from './ends/end-class';
import { profileOf, WholeEngine, type Engine } from './engine';
import { explainSide, verdictWord } from './explain';
import { evaluationFindings } from './evaluation-findings';
import { connectionGroups } from './groups';
import type { ConnectionSet } from './sets/connection-set';
import { IndexSet } from './sets/index-set';
import { sharedMask } from './ends/layout';
import { admissionsOf, openingsOf } from './openings';
import { PositionPeers } from './ends/position-peers';
import type {
  AddressPeer,
  Admission,
  ConnectionGroup,
  DirectionExplanation,
  Explanation,
  Opening,
  Peer,
  PodPeer,
  Reachability,
  ReachabilityOptions,
  Verdict,
} from './reachability';
import { policiesOfNamespaces, smallCluster, unlistedWorkload } from './ends/unlisted-pod';
import { SetVerdict, type FamilyMask } from './programs/verdict';
import type { Cluster } from '../model/cluster';
import type { Finding } from '../model/finding';
import type { Workload } from '../model/workloads/workload';
import type { Direction } from '../policies/direction';
import type { Policy, PolicySet } from '../policies/policy';

/**
 * Works out who can talk to whom under all policies together. Building it reads and indexes the policies; answers are
 * computed when asked and kept, by what no policy tells apart.
 *
 * - A connection needs egress of its source and ingress of its destination, each judged on the packet after Service
 *   translation (network-policy-semantics 2.1 items 1 and 15). Replies need no rule (item 16).
 * - The order of policies of all families is that of `composeTiers`.
 * - Host-network workloads are never isolated and never selected; they are met by address only (2.1 item 13). A node
 *   reaches its own pods whatever their policies say, so what these deny from a node is undecided.
 * - What hangs on facts that manifests do not have comes out as undecided, and {@link Reachability.findings} says why.
 *   Each unknown fact is taken for itself, so a verdict may stay undecided that would not be if the same unknown fact
 *   were followed through two rules; what is reported as decided always is.
 */
export function evaluate(
  cluster: Cluster,
  policies: PolicySet,
  options: ReachabilityOptions = {},
): Reachability {
  return new Evaluation(cluster, policies, options, new WholeEngine(cluster, policies, options));
}

/** A peer as the engine knows it; `nowhere` for what has no network. */
type Located =
  | { readonly type: 'end'; readonly end: EndClass }
  | { readonly type: 'outside'; readonly positions: IndexSet }
  | { readonly type: 'nowhere' };

/** Most pairs with pods outside the manifests that are kept. */
const KEPT_PAIRS = 256;

/** The answers about one model, drawn from an engine. */
export class Evaluation implements Reachability {
  private readonly positionPeers: PositionPeers;
  private readonly admissionMemo = new Map<string, readonly Admission[]>();
  private readonly openingMemo = new Map<string, readonly Opening[]>();
  private readonly unlisted = new Map<
    string,
    { readonly evaluation: Evaluation; readonly ends: readonly Peer[] }
  >();
  private keptBorders: readonly number[] | undefined;
  private keptAddresses: readonly AddressPeer[] | undefined;
  private keptGroups: readonly ConnectionGroup[] | undefined;
  private keptFindings: readonly Finding[] | undefined;

  constructor(
    readonly cluster: Cluster,
    readonly policies: PolicySet,
    readonly options: ReachabilityOptions,
    readonly engine: Engine,
  ) {
    this.positionPeers = new PositionPeers(engine.ends, engine.space, engine.layout);
  }

  get addresses(): readonly AddressPeer[] {
    this.keptAddresses ??= addressesOf(this.engine, this.positionPeers, this.borders);
    return this.keptAddresses;
  }

  get findings(): readonly Finding[] {
    this.keptFindings ??= this.workOutFindings();
    return this.keptFindings;
  }

  get droppedFromPods(): ConnectionSet {
    return this.engine.sides.dropped;
  }

  connection(from: Peer, to: Peer): Verdict {
    if (from.type === 'pod' || to.type === 'pod') {
      const { evaluation, ends } = this.withUnlisted([from, to]);
      const [source = from, target = to] = ends;
      return evaluation.connection(source, target);
    }
    const [source, target] = [this.locate(from), this.locate(to)];
    if (source.type === 'nowhere' || target.type === 'nowhere') return SetVerdict.NONE;
    if (source.type === 'outside')
      return target.type === 'outside' ? SetVerdict.ALL : this.oneSide(target.end, 'ingress', source);
    if (target.type === 'outside') return this.oneSide(source.end, 'egress', target);
    const [egress] = this.engine.over(source.end, 'egress', IndexSet.single(target.end.index));
    const [ingress] = this.engine.over(target.end, 'ingress', IndexSet.single(source.end.index));
    if (egress === undefined || ingress === undefined) return SetVerdict.NONE;
    return egress.and(ingress).for(this.maskOf(source.end, target.end));
  }

  side(workload: Workload, direction: Direction, other: Peer): Verdict {
    if (other.type === 'pod') {
      const { evaluation, ends } = this.withUnlisted([{ type: 'workload', workload }, other]);
      return evaluation.side(workload, direction, ends[1] ?? other);
    }
    const [self, peer] = [this.locate({ type: 'workload', workload }), this.locate(other)];
    return self.type !== 'end' || peer.type === 'nowhere'
      ? SetVerdict.NONE
      : this.oneSide(self.end, direction, peer);
  }

  isolatedBy(workload: Workload, direction: Direction): readonly Policy[] {
    const end = this.engine.ends.of(workload);
    const program = end === undefined ? undefined : this.engine.programs.of(end, direction);
    if (program === undefined) return [];
    return this.engine.programs.isolating(program).map(({ compiled }) => compiled.policy);
  }

  admissions(workload: Workload, direction: Direction): readonly Admission[] {
    return this.kept(this.admissionMemo, workload, direction, admissionsOf);
  }

  openings(workload: Workload, direction: Direction): readonly Opening[] {
    return this.kept(this.openingMemo, workload, direction, openingsOf);
  }

  /** Equal for all pods of one program that speak the same IP versions, where these matter. */
  private kept<T>(
    memo: Map<string, readonly T[]>,
    workload: Workload,
    direction: Direction,
    make: (engine: Engine, peers: PositionPeers, end: EndClass, direction: Direction) => readonly T[],
  ): readonly T[] {
    const end = this.engine.ends.of(workload);
    if (end === undefined) return [];
    // A pod that no policy concerns may not send all that a host may.
    const program = this.engine.programs.of(end, direction)?.key ?? 'host';
    const key = `${direction} ${this.engine.layout.dual ? this.engine.maskOf(end) : ''} ${program}`;
    const known = memo.get(key);
    if (known !== undefined) return known;
    const made = make(this.engine, this.positionPeers, end, direction);
    memo.set(key, made);
    return made;
  }

  explain(from: Peer, to: Peer, protocol: number, port: number): Explanation {
    if (from.type === 'pod' || to.type === 'pod') {
      const { evaluation, ends } = this.withUnlisted([from, to]);
      const [source = from, target = to] = ends;
      return evaluation.explain(source, target, protocol, port);
    }
    const [source, target] = [this.locate(from), this.locate(to)];
    return {
      verdict: verdictWord(this.connection(from, to), protocol, port),
      egress: this.explainEnd(source, 'egress', target, protocol, port),
      ingress: this.explainEnd(target, 'ingress', source, protocol, port),
    };
  }

  groups(): readonly ConnectionGroup[] {
    this.keptGroups ??= this.workOutGroups();
    return this.keptGroups;
  }

  protected workOutFindings(): readonly Finding[] {
    return evaluationFindings(this.engine, this);
  }

  protected workOutGroups(): readonly ConnectionGroup[] {
    return connectionGroups(this.engine, this.positionPeers, this.borders);
  }

  /** Positions at which outside addresses are told apart, ascending; with the family border. */
  protected workOutBorders(): readonly number[] {
    return bordersOf(this.engine);
  }

  private get borders(): readonly number[] {
    this.keptBorders ??= this.workOutBorders();
    return this.keptBorders;
  }

  private locate(peer: Peer): Located {
    if (peer.type === 'workload') {
      const end = this.engine.ends.of(peer.workload);
      return end === undefined ? { type: 'nowhere' } : { type: 'end', end };
    }
    if (peer.type === 'pod') return { type: 'nowhere' };
    const intervals = this.engine.space.touching(peer.version, peer.first, peer.last);
    return { type: 'outside', positions: intervals.shift(this.engine.layout.outsideStart(peer.version)) };
  }

  /** Over a range of addresses with different verdicts, what holds for some of them only is undecided. */
  private oneSide(
    self: EndClass,
    direction: Direction,
    other: Exclude<Located, { type: 'nowhere' }>,
  ): SetVerdict {
    const positions = other.type === 'end' ? IndexSet.single(other.end.index) : other.positions;
    const mask = other.type === 'end' ? this.maskOf(self, other.end) : 3;
    const verdicts = this.engine.over(self, direction, positions).map((verdict) => verdict.for(mask));
    return verdicts.reduce((all, verdict) => all.either(verdict), verdicts[0] ?? SetVerdict.NONE);
  }

  private maskOf(a: EndClass, b: EndClass): FamilyMask {
    return sharedMask(this.engine.maskOf(a), this.engine.maskOf(b));
  }

  private explainEnd(
    self: Located,
    direction: Direction,
    other: Located,
    protocol: number,
    port: number,
  ): DirectionExplanation {
    if (self.type === 'nowhere' || other.type === 'nowhere')
      return { verdict: 'deny', isolated: false, decidedBy: [] };
    if (self.type === 'outside') return { verdict: 'allow', isolated: false, decidedBy: [] };
    const position = other.type === 'end' ? other.end.index : (other.positions.edges[0] ?? 0);
    // To an address the same rules match whichever version is looked at: its own is the only one there.
    const mask = other.type === 'end' ? this.maskOf(self.end, other.end) : 3;
    const question = { self: self.end, direction, other: position, mask, protocol, port };
    return explainSide(this.engine, question, this.oneSide(self.end, direction, other));
  }

  /** An evaluation of just these ends, with the pods that are not in the manifests made into workloads. */
  private withUnlisted(peers: readonly Peer[]): {
    readonly evaluation: Evaluation;
    readonly ends: readonly Peer[];
  } {
    const key = JSON.stringify(peers.map(peerKey));
    const known = this.unlisted.get(key);
    const made = known ?? this.makeUnlisted(peers);
    if (this.unlisted.size >= KEPT_PAIRS) this.unlisted.clear();
    this.unlisted.set(key, made);
    // Addresses are not part of the key: any range can be asked about.
    return {
      evaluation: made.evaluation,
      ends: made.ends.map((end, index) => (end.type === 'addresses' ? (peers[index] ?? end) : end)),
    };
  }

  private makeUnlisted(peers: readonly Peer[]): {
    readonly evaluation: Evaluation;
    readonly ends: readonly Peer[];
  } {
    const ends = peers.map((peer, index): Exclude<Peer, PodPeer> =>
      peer.type === 'pod'
        ? { type: 'workload', workload: unlistedWorkload(peer, `unlisted-${index}`) }
        : peer,
    );
    const workloads = new Set(ends.flatMap((end) => (end.type === 'workload' ? [end.workload] : [])));
    const pods = peers.flatMap((peer) => (peer.type === 'pod' ? [peer] : []));
    const cluster = smallCluster(this.cluster, this.policies, [...workloads], pods);
    const policies = policiesOfNamespaces(
      this.policies,
      new Set(cluster.workloads.map(({ namespace }) => namespace)),
    );
    // What the network plugin enforces does not depend on which policies are left.
    const profile = profileOf(this.policies, this.options);
    const engine = new WholeEngine(cluster, policies, this.options, this.engine.space, profile);
    return { evaluation: new Evaluation(cluster, policies, this.options, engine), ends };
  }
}

function peerKey(peer: Peer): unknown {
  if (peer.type === 'workload') return peer.workload.id;
  if (peer.type === 'addresses') return '';
  const { namespace, namespaceLabels, labels, serviceAccount } = peer;
  const entries = (map: Readonly<Record<string, string>>): unknown =>
    Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    namespace,
    namespaceLabels === undefined ? null : entries(namespaceLabels),
    entries(labels),
    serviceAccount ?? null,
  ];
}
