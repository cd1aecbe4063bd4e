import { ConnectionSet } from '../reachability/sets/connection-set';
import type { Workload } from '../model/workloads/workload';
import type { Direction } from '../policies/direction';
import type { AddressPeer, Opening, Peer, Reachability, Verdict } from '../reachability/reachability';

/** Who loses access to one workload (or where it may not go any more) when more policies come into force. */
export interface AccessLoss {
  readonly workload: Workload;
  /** `ingress`: others lose access to it. `egress`: it loses access to others. */
  readonly direction: Direction;
  /** The workloads at the other end that keep something, with what they keep; sorted by id. */
  readonly kept: readonly KeptAccess[];
  /** The workloads at the other end that lose everything. */
  readonly workloads: LostWorkloads;
  /** Addresses outside the cluster that lose something. */
  readonly addresses: readonly AddressPeer[];
}

/** What is left of an access. */
export interface KeptAccess {
  readonly workload: Workload;
  readonly connections: ConnectionSet;
  /** Whether it had more before. */
  readonly loses: boolean;
}

/** Workloads, counted rather than listed: in a large cluster they are nearly all. */
export interface LostWorkloads {
  readonly count: number;
  /** The first of them by id, at most {@link NAMED}. */
  readonly first: readonly Workload[];
}

/** How many workloads are named. */
export const NAMED = 4;

/** Up to this many peers are asked whether their own side lets them through at all. */
const PEERS_CHECKED = 256;

/** Compares what is allowed without some policies and with them, one workload at a time. */
export class AccessLosses {
  private readonly peersOf = new WeakMap<Opening, readonly Workload[]>();

  /** @param after the same cluster as `before` under the same policies and more */
  constructor(
    private readonly before: Reachability,
    private readonly after: Reachability,
  ) {}

  /** What is lost at one workload; `undefined` when nothing is. */
  of(workload: Workload, direction: Direction): AccessLoss | undefined {
    const isolating = this.after.isolatedBy(workload, direction);
    if (isolating.length === this.before.isolatedBy(workload, direction).length) return undefined;
    const left = leftAfter(this.after.openings(workload, direction));
    const kept: KeptAccess[] = [];
    const first: Workload[] = [];
    let count = 0;
    for (const opening of this.before.openings(workload, direction)) {
      const { allowed } = opening.verdict;
      if (allowed.isEmpty) continue;
      const peers = this.peers(opening);
      for (const [peer, connections] of left.filter(peers)) {
        const still = allowed.intersect(connections);
        if (peer === workload || still.isEmpty) continue;
        kept.push({ workload: peer, connections: still, loses: !allowed.subtract(connections).isEmpty });
      }
      const lost = this.lost(workload, direction, peers, left.workloads);
      count += lost.count;
      first.push(...lost.first);
    }
    const addresses = this.addresses(workload, direction);
    if (count === 0 && addresses.length === 0 && !kept.some(({ loses }) => loses)) return undefined;
    const sorted = first.sort(byId).slice(0, NAMED);
    return {
      workload,
      direction,
      kept: kept.sort((a, b) => byId(a.workload, b.workload)),
      workloads: { count, first: sorted },
      addresses,
    };
  }

  private peers(opening: Opening): readonly Workload[] {
    const known = this.peersOf.get(opening) ?? opening.workloads;
    this.peersOf.set(opening, known);
    return known;
  }

  /** Those that keep nothing. Where they are few, the ones that their own side keeps away already are left out. */
  private lost(
    workload: Workload,
    direction: Direction,
    peers: readonly Workload[],
    left: ReadonlyMap<Workload, ConnectionSet>,
  ): LostWorkloads {
    if (peers.length > PEERS_CHECKED) {
      const keeping = peers.length < left.size ? peers.filter((peer) => left.has(peer)).length : left.size;
      const self = left.has(workload) ? 0 : 1;
      const first: Workload[] = [];
      for (const peer of peers) {
        if (first.length === NAMED) break;
        if (peer !== workload && !left.has(peer)) first.push(peer);
      }
      return { count: Math.max(0, peers.length - keeping - self), first };
    }
    const losing = peers.filter(
      (peer) => peer !== workload && !left.has(peer) && this.mayConnect(workload, direction, peer),
    );
    return { count: losing.length, first: losing.slice(0, NAMED) };
  }

  private mayConnect(workload: Workload, direction: Direction, peer: Workload): boolean {
    const [from, to] = direction === 'ingress' ? [peer, workload] : [workload, peer];
    return !this.before.connection(workloadPeer(from), workloadPeer(to)).allowed.isEmpty;
  }

  /** Ranges of `after`, which are at least as fine as those of `before`. */
  private addresses(workload: Workload, direction: Direction): AddressPeer[] {
    return this.after.addresses.filter((range) => {
      const { allowed } = this.before.side(workload, direction, range);
      return !allowed.subtract(possible(this.after.side(workload, direction, range))).isEmpty;
    });
  }
}

/** What is left to each workload. */
interface Left {
  readonly workloads: ReadonlyMap<Workload, ConnectionSet>;
  /** Of those among these workloads. */
  filter(peers: readonly Workload[]): (readonly [Workload, ConnectionSet])[];
}

function leftAfter(openings: readonly Opening[]): Left {
  const workloads = new Map<Workload, ConnectionSet>();
  for (const opening of openings) {
    const connections = possible(opening.verdict);
    if (connections.isEmpty) continue;
    for (const peer of opening.workloads)
      workloads.set(peer, (workloads.get(peer) ?? ConnectionSet.NONE).union(connections));
  }
  return {
    workloads,
    filter: (peers) => {
      if (peers.length < workloads.size)
        return peers.flatMap((peer) => {
          const connections = workloads.get(peer);
          return connections === undefined ? [] : [[peer, connections] as const];
        });
      const among = new Set(peers);
      return [...workloads].filter(([peer]) => among.has(peer));
    },
  };
}

/** What nobody can decide is not lost for certain. */
function possible({ allowed, undecided }: Verdict): ConnectionSet {
  return allowed.union(undecided);
}

function workloadPeer(workload: Workload): Peer {
  return { type: 'workload', workload };
}

function byId(a: Workload, b: Workload): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
