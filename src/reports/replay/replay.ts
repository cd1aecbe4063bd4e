import type { Place } from '../../model/place';
import type { Decision } from '../../reachability/reachability';
import type { Direction } from '../../policies/direction';

/**
 * What policies do to a connection that was seen. `cut`: they deny it. `undecided`: the manifests do not say enough.
 * `gone`: one of its ends is not there any more.
 */
export type ReplayVerdict = 'allowed' | 'cut' | 'undecided' | 'gone';

/** Who keeps a connection from getting through, or may. */
export interface ReplaySide {
  readonly direction: Direction;
  /** The workload whose policies these are. */
  readonly of: string;
  readonly decidedBy: readonly Decision[];
  /** The network plugin drops it by itself, whatever policies say. Default false. */
  readonly dropped?: boolean | undefined;
}

/** All connections that were seen between two ends on one port. */
export interface ReplayedConnection {
  readonly from: string;
  readonly to: string;
  /** IP protocol number. */
  readonly protocol: number;
  /** At the pods; of a Service, of the Service. Absent where nobody wrote it down. */
  readonly port?: number | undefined;
  /** Instead of a port: ports that are not told apart, as there were too many of them, as `80` or `1-79`. */
  readonly otherPorts?: readonly string[] | undefined;
  /** How many got through then, as many as one point saw at least. */
  readonly count: number;
  /** How many a policy denied then. */
  readonly denied: number;
  /** Milliseconds since 1970. */
  readonly first?: number | undefined;
  readonly last?: number | undefined;
  /** From which kinds of logs. */
  readonly sources: readonly string[];
  readonly verdict: ReplayVerdict;
  /** Of what is cut or undecided: the sides that do not let it through. */
  readonly sides: readonly ReplaySide[];
  /** Why it is undecided, or gone. */
  readonly reason?: string | undefined;
  /** The smallest change that would let through what is cut. */
  readonly mend?: string | undefined;
  /** What policies did to it before the change; absent without one. */
  readonly before?: ReplayVerdict | undefined;
}

/** A call that is declared, or that policies let just this client make, and that was never seen. */
export interface NeverSeen {
  /** What declares it: `ClientIntents/shop/frontend`, or the policies where there are no intents. */
  readonly by: string;
  readonly client: string;
  /** The server in words: `shop/cart[Deployment]`, `api.stripe.com`. */
  readonly target: string;
  /** What of it was never seen where a part was: `TCP 8443`; absent: nothing of it was. */
  readonly ports?: string | undefined;
  readonly place: Place;
  /** What else speaks for it, such as that its client runs on a schedule. */
  readonly note?: string | undefined;
}

/** Connections that are not judged, and why. */
export interface NotJudged {
  readonly reason: string;
  readonly pairs: number;
  readonly connections: number;
  /** Some of them: `shop/a[Deployment] -> 10.0.0.1 TCP 80`. */
  readonly examples: readonly string[];
}

/** What policies make of traffic that was seen. */
export interface Replay {
  /** How many pairs of ends and ports were judged. */
  readonly judged: number;
  /** What is to be shown: what is cut, undecided or gone; of a change, whatever differs. Cut first, then by names. */
  readonly connections: readonly ReplayedConnection[];
  /** How many pairs and ports of each verdict there are among all that were judged. */
  readonly counts: Readonly<Record<ReplayVerdict, number>>;
  /** Pairs and ports that were denied then, every time; by what policies do to them now. Never counted as cut. */
  readonly deniedThen: { readonly allowed: number; readonly denied: number };
  readonly notJudged: readonly NotJudged[];
  /**
   * Connections that got through and are lost for judging, as the log has more different ones than memory is to hold: whether
   * something would be cut cannot be told for them. 0: nothing is missing.
   */
  readonly notKept: number;
  readonly neverSeen: readonly NeverSeen[];
  /** Whether a change is judged, and only what differs is in `connections`. */
  readonly isChange: boolean;
  /** The time that the log covers, in milliseconds since 1970. */
  readonly first?: number | undefined;
  readonly last?: number | undefined;
}

/** Whether something that got through would be cut: of a change, something that was not cut before. */
export function isCut({ verdict, before }: ReplayedConnection): boolean {
  return verdict === 'cut' && before !== 'cut';
}
