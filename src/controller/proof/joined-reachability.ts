import type { NamespaceSlice } from './namespace-slice';
import type { Workload } from '../../model/workloads/workload';
import type { Direction } from '../../policies/direction';
import { SetVerdict } from '../../reachability/programs/verdict';
import type {
  DirectionExplanation,
  Explanation,
  Peer,
  Reachability,
  Verdict,
} from '../../reachability/reachability';
import { ConnectionSet } from '../../reachability/sets/connection-set';

/** What nobody can say: an end that no slice has, because it comes or goes just now. */
const UNKNOWN = SetVerdict.of(ConnectionSet.NONE, ConnectionSet.ALL);
const UNEXPLAINED: DirectionExplanation = { verdict: 'unknown', isolated: false, decidedBy: [] };

/**
 * Connections between workloads of different slices: the source goes out as its own slice says, the target lets in as its
 * own does. Where both IP versions may be used and neither end allows the same ones, that is undecided, and not denied as
 * one evaluation of both would say.
 */
export class JoinedReachability implements Pick<
  Reachability,
  'connection' | 'explain' | 'side' | 'isolatedBy' | 'droppedFromPods'
> {
  constructor(
    private readonly sliceOf: (namespace: string) => NamespaceSlice | undefined,
    readonly droppedFromPods: ConnectionSet,
  ) {}

  connection(from: Peer, to: Peer): Verdict {
    return asSet(this.sideOf(from, 'egress', to)).and(asSet(this.sideOf(to, 'ingress', from)));
  }

  side(workload: Workload, direction: Direction, other: Peer): Verdict {
    return this.sideOf({ type: 'workload', workload }, direction, other);
  }

  isolatedBy(workload: Workload, direction: Direction): ReturnType<Reachability['isolatedBy']> {
    const slice = this.sliceOf(workload.namespace);
    const own = slice?.workload(workload.id);
    return slice === undefined || own === undefined ? [] : slice.reachability.isolatedBy(own, direction);
  }

  explain(from: Peer, to: Peer, protocol: number, port: number): Explanation {
    const egress = this.explainEnd(from, from, to, protocol, port)?.egress ?? UNEXPLAINED;
    const ingress = this.explainEnd(to, from, to, protocol, port)?.ingress ?? UNEXPLAINED;
    const verdicts = [egress.verdict, ingress.verdict];
    const verdict = verdicts.includes('deny') ? 'deny' : verdicts.includes('unknown') ? 'unknown' : 'allow';
    return { verdict, egress, ingress };
  }

  private sideOf(self: Peer, direction: Direction, other: Peer): Verdict {
    // Addresses outside let everything out and in.
    if (self.type !== 'workload') return SetVerdict.ALL;
    const slice = this.sliceOf(self.workload.namespace);
    const [own, peer] = [slice?.workload(self.workload.id), peerIn(slice, other)];
    if (slice === undefined || own === undefined || peer === undefined) return UNKNOWN;
    return slice.reachability.side(own, direction, peer);
  }

  private explainEnd(
    self: Peer,
    from: Peer,
    to: Peer,
    protocol: number,
    port: number,
  ): Explanation | undefined {
    const slice = self.type === 'workload' ? this.sliceOf(self.workload.namespace) : undefined;
    const [source, target] = [peerIn(slice, from), peerIn(slice, to)];
    if (slice === undefined || source === undefined || target === undefined) return undefined;
    return slice.reachability.explain(source, target, protocol, port);
  }
}

function peerIn(slice: NamespaceSlice | undefined, peer: Peer): Peer | undefined {
  if (peer.type !== 'workload') return peer;
  const workload = slice?.workload(peer.workload.id);
  return workload === undefined ? undefined : { type: 'workload', workload };
}

function asSet({ allowed, undecided }: Verdict): SetVerdict {
  return SetVerdict.of(allowed, undecided);
}
