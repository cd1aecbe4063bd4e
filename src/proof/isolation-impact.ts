import { knownCallers, knownCalls, type DeclaringSide, type KnownAccess } from './known-access';
import { outsideAddresses } from './wording';
import type { Workload } from '../model/workloads/workload';
import { comparedPeers, type Compared } from '../reachability/compare/compared';
import type { IsolationChange } from '../reachability/compare/isolation-change';
import { ConnectionSet } from '../reachability/sets/connection-set';
import type { AddressPeer, Peer, Verdict } from '../reachability/reachability';

/** What a known access comes to. */
export interface AccessOutcome {
  /** The other end: `shop/frontend[Deployment]`, `any address outside the cluster`. */
  readonly who: string;
  /** What says that there is such an access, sorted: `ClientIntents/shop/frontend-calls`, `Ingress/shop/web`. */
  readonly by: readonly string[];
  /** What is lost, or kept; absent where nobody knows. */
  readonly connections?: ConnectionSet | undefined;
}

/** What the first isolation of a workload means for those who are known to call it, or whom it is known to call. */
export interface IsolationImpact {
  /** They had it before, and have it no more. */
  readonly lose: readonly AccessOutcome[];
  readonly keep: readonly AccessOutcome[];
  /** Nobody can tell from the manifests. */
  readonly undecided: readonly AccessOutcome[];
  /** Whether flow logs were asked too. Default: they were not. */
  readonly withFlows?: boolean | undefined;
}

/** Accesses that flow logs show, by the id of the workload that is called, and of the one that calls. */
export interface RecordedAccesses {
  readonly callers: ReadonlyMap<string, readonly KnownAccess[]>;
  readonly calls: ReadonlyMap<string, readonly KnownAccess[]>;
}

/** One side of a change, with what it declares. */
export interface ImpactSide extends Compared, DeclaringSide {}

/**
 * What each isolation means. Known are the accesses of either side: whoever was declared and is not any more is cut off
 * all the same. Changes that isolate nothing are left out.
 *
 * @param recorded what flow logs show besides; absent: there are none
 */
export function isolationImpacts(
  before: ImpactSide,
  after: ImpactSide,
  changes: readonly IsolationChange[],
  recorded?: RecordedAccesses,
): ReadonlyMap<IsolationChange, IsolationImpact> {
  const isolated = changes.filter(({ change }) => change === 'isolated');
  const judge = new Judge(before, after);
  const impacts = new Map<IsolationChange, IsolationImpact>();
  for (const direction of ['ingress', 'egress'] as const) {
    const those = isolated.filter((change) => change.direction === direction);
    if (those.length === 0) continue;
    const ids = new Set(those.map(({ workload }) => workload.id));
    const accesses = direction === 'ingress' ? knownCallers : knownCalls;
    const [old, young] = [accesses(before, ids), accesses(after, ids)];
    const seen = direction === 'ingress' ? recorded?.callers : recorded?.calls;
    for (const change of those) {
      const { id } = change.workload;
      const known = [...(young.get(id) ?? []), ...(old.get(id) ?? []), ...(seen?.get(id) ?? [])];
      const impact = judge.impact(change, known);
      impacts.set(change, seen === undefined ? impact : { ...impact, withFlows: true });
    }
  }
  return impacts;
}

type Outcomes = Record<Exclude<keyof IsolationImpact, 'withFlows'>, Map<string, AccessOutcome>>;

/** What became of one access at one end. */
interface EndOutcome {
  readonly end: Peer;
  readonly lose: ConnectionSet;
  readonly keep: ConnectionSet;
  readonly undecided: ConnectionSet;
}

class Judge {
  private readonly old: ReadonlyMap<string, Workload>;
  private readonly young: ReadonlyMap<string, Workload>;
  private knownRanges: readonly AddressPeer[] | undefined;

  constructor(
    private readonly before: Compared,
    private readonly after: Compared,
  ) {
    this.old = byId(before);
    this.young = byId(after);
  }

  impact(change: IsolationChange, accesses: readonly KnownAccess[]): IsolationImpact {
    const outcomes: Outcomes = { lose: new Map(), keep: new Map(), undecided: new Map() };
    for (const access of accesses) this.add(change, access, outcomes);
    const sorted = (kind: keyof Outcomes): AccessOutcome[] =>
      [...outcomes[kind].values()].sort((a, b) => (a.who < b.who ? -1 : 1));
    return { lose: sorted('lose'), keep: sorted('keep'), undecided: sorted('undecided') };
  }

  private add(change: IsolationChange, access: KnownAccess, outcomes: Outcomes): void {
    const { by, ends, who = '', need, oneOf = false } = access;
    if (ends.length === 0) {
      add(outcomes.undecided, { who, by });
      return;
    }
    const judged = ends.flatMap((end) => this.parts(end)).map((end) => this.judge(change, end, access));
    const kinds = (['lose', 'keep', 'undecided'] as const).filter((kind) =>
      judged.some((outcome) => !outcome[kind].isEmpty),
    );
    if (oneOf && kinds.length > 1) {
      add(outcomes.undecided, { who, by, connections: need.connections });
      return;
    }
    for (const kind of kinds) {
      // Without ports nobody knows which one is meant: a way through for some is not nothing.
      if (need.open && kind === 'lose' && kinds.includes('keep')) continue;
      const there = judged.filter((outcome) => !outcome[kind].isEmpty);
      const connections = there.reduce((sum, outcome) => sum.union(outcome[kind]), ConnectionSet.NONE);
      add(outcomes[kind], {
        who: there.length === judged.length && who !== '' ? who : endsWords(there.map(({ end }) => end)),
        by,
        connections,
      });
    }
  }

  private judge({ workload, direction }: IsolationChange, end: Peer, { need }: KnownAccess): EndOutcome {
    const was = this.verdict(this.before, this.old, workload, direction, end);
    const is = this.verdict(this.after, this.young, workload, direction, end);
    const needed = need.connections;
    return {
      end,
      lose: was.allowed.intersect(needed).subtract(is.allowed).subtract(is.undecided),
      keep: is.allowed.intersect(needed),
      undecided: is.undecided.intersect(needed),
    };
  }

  private verdict(
    { reachability }: Compared,
    workloads: ReadonlyMap<string, Workload>,
    { id }: Workload,
    direction: IsolationChange['direction'],
    end: Peer,
  ): Verdict {
    const workload = workloads.get(id);
    const other = end.type === 'workload' ? workloads.get(end.workload.id) : undefined;
    // Who was not there had nothing to lose.
    if (workload === undefined || (end.type === 'workload' && other === undefined)) return NOTHING;
    const [own, far]: [Peer, Peer] = [
      { type: 'workload', workload },
      other === undefined ? end : { type: 'workload', workload: other },
    ];
    return direction === 'ingress' ? reachability.connection(far, own) : reachability.connection(own, far);
  }

  /** The end as it is after the change, none when it is gone; addresses in parts that no policy of either side tells apart. */
  private parts(end: Peer): readonly Peer[] {
    if (end.type === 'workload') return this.young.has(end.workload.id) ? [end] : [];
    if (end.type === 'pod') return [end];
    this.knownRanges ??= comparedPeers(
      { ...this.before, workloads: [] },
      { ...this.after, workloads: [] },
    ).flatMap(({ after }) => (after?.type === 'addresses' ? [after] : []));
    return this.knownRanges
      .filter(({ version, first, last }) => version === end.version && first <= end.last && last >= end.first)
      .map((range) => ({
        ...range,
        first: range.first > end.first ? range.first : end.first,
        last: range.last < end.last ? range.last : end.last,
      }));
  }
}

const NOTHING: Verdict = { allowed: ConnectionSet.NONE, undecided: ConnectionSet.NONE };

function byId({ workloads }: Compared): ReadonlyMap<string, Workload> {
  return new Map(workloads.map((workload) => [workload.id, workload]));
}

function endsWords(ends: readonly Peer[]): string {
  const addresses = ends.flatMap((end) => (end.type === 'addresses' ? [end] : []));
  if (addresses.length > 0) return outsideAddresses(addresses);
  return ends.flatMap((end) => (end.type === 'workload' ? [end.workload.id] : [])).join(', ');
}

/** What two objects say of the same end is one outcome. */
function add(outcomes: Map<string, AccessOutcome>, { who, by, connections }: AccessOutcome): void {
  const known = outcomes.get(who);
  const both =
    known?.connections === undefined || connections === undefined
      ? (connections ?? known?.connections)
      : known.connections.union(connections);
  outcomes.set(who, {
    who,
    by: [...new Set([...(known?.by ?? []), ...by])].sort(),
    ...(both === undefined ? {} : { connections: both }),
  });
}
