import type { Workload } from '../../model/workloads/workload';
import { printAddressPeer } from '../../reachability/ends/address-peer';
import { PodAddresses } from './pod-addresses';
import type {
  AddressPeer,
  ConnectionGroup,
  Reachability,
  Verdict,
  WorkloadPeer,
} from '../../reachability/reachability';

/** A peer that is listed: a workload of the input or a range of outside addresses. */
export type ListedPeer = WorkloadPeer | AddressPeer;

/** What one listed peer may send to another. */
export interface Pair {
  readonly from: ListedPeer;
  readonly to: ListedPeer;
  readonly verdict: Verdict;
}

/** Every peer of `from` may talk to every peer of `to` (except to itself). Never outside addresses on both sides. */
export interface PairGroup {
  readonly from: readonly ListedPeer[];
  readonly to: readonly ListedPeer[];
  readonly verdict: Verdict;
}

/** Told how far a long listing is. */
export type OnProgress = (done: number, total: number) => void;

/** A group with its members as ranks in the list of peers. */
interface RankedGroup {
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly verdict: Verdict;
}

/** The listing id of a peer: what `from` and `to` of the JSON say. */
export function listedId(peer: ListedPeer): string {
  return peer.type === 'workload' ? peer.workload.id : printAddressPeer(peer);
}

/**
 * Who can talk to whom, as every form of the report lists it: workloads by id, then address ranges; no peer to itself
 * and no outside addresses among themselves; nothing that is plainly denied.
 */
export class Connectivity {
  /** Workloads sorted by id, then outside addresses, IPv4 first. */
  readonly peers: readonly ListedPeer[];
  /** Known addresses of pods: ranges do not speak of them. */
  readonly podAddresses: PodAddresses;
  private readonly groupsOf: readonly (readonly RankedGroup[])[];
  private readonly groupsTo: readonly (readonly RankedGroup[])[];
  private readonly ranked: readonly RankedGroup[];
  private readonly isFocused: (rank: number) => boolean;

  /**
   * @param focus ids of the workloads to look at: only connections from or to one of them are listed. Absent: all.
   */
  constructor(
    reachability: Reachability,
    workloads: readonly Workload[],
    readonly focus?: ReadonlySet<string>,
  ) {
    this.podAddresses = new PodAddresses(workloads);
    const { podAddresses } = this;
    const isMeant = (peer: ListedPeer): boolean => peer.type === 'workload' || !podAddresses.fill(peer);
    const all: ListedPeer[] = [
      ...workloads.map((workload) => ({ type: 'workload', workload }) as const),
      ...reachability.addresses.filter(isMeant),
    ];
    const ranks = new Map(all.map((peer, rank) => [listedId(peer), rank]));
    const ranksOf = (peers: readonly ListedPeer[]): number[] =>
      peers.filter(isMeant).map((peer) => {
        const rank = ranks.get(listedId(peer));
        if (rank === undefined) throw new Error(`${listedId(peer)} is not a listed peer`);
        return rank;
      });
    const inFocus = focus === undefined ? undefined : all.map((peer) => focus.has(listedId(peer)));
    this.isFocused = inFocus === undefined ? () => true : (rank) => inFocus[rank] === true;
    this.ranked = reachability
      .groups()
      .flatMap(withoutOutsidePairs)
      .map(({ from, to, verdict }) => ({ from: ranksOf(from), to: ranksOf(to), verdict }))
      .filter(({ from, to }) => from.length > 0 && to.length > 0);
    const groupsOf: RankedGroup[][] = all.map(() => []);
    const groupsTo: RankedGroup[][] = all.map(() => []);
    for (const group of this.ranked) {
      for (const rank of group.from) groupsOf[rank]?.push(group);
      for (const rank of group.to) groupsTo[rank]?.push(group);
    }
    this.groupsOf = groupsOf;
    this.groupsTo = groupsTo;
    this.peers = all;
  }

  /** Every pair that is allowed or undecided on some connection, by `from` and then `to`, in the order of the peers. */
  *pairs(onProgress: OnProgress = () => undefined): Generator<Pair> {
    for (const [rank, from] of this.peers.entries()) {
      onProgress(rank, this.peers.length);
      const focused = this.isFocused(rank);
      const met: { readonly rank: number; readonly verdict: Verdict }[] = [];
      for (const { to, verdict } of this.groupsOf[rank] ?? []) {
        for (const other of to) {
          if (other !== rank && (focused || this.isFocused(other))) met.push({ rank: other, verdict });
        }
      }
      met.sort((a, b) => a.rank - b.rank);
      for (const { rank: other, verdict } of met) {
        const to = this.peers[other];
        if (to !== undefined) yield { from, to, verdict };
      }
    }
  }

  /** Who may send something to the peer at this rank of {@link peers}: verdicts by rank; all others are denied. */
  sourcesOf(rank: number): ReadonlyMap<number, Verdict> {
    const sources = new Map<number, Verdict>();
    for (const { from, verdict } of this.groupsTo[rank] ?? []) {
      for (const other of from) if (other !== rank) sources.set(other, verdict);
    }
    return sources;
  }

  /** The same connections by what no policy tells apart: as long as what policies say, not as the pairs. */
  groups(): PairGroup[] {
    return this.ranked.flatMap((group) =>
      this.focusedParts(group)
        .filter(({ from, to }) => !isNothing(from, to))
        .map(({ from, to }) => ({
          from: from.flatMap((rank) => this.peers[rank] ?? []),
          to: to.flatMap((rank) => this.peers[rank] ?? []),
          verdict: group.verdict,
        })),
    );
  }

  /** Whether anything depends on facts that manifests do not have. */
  get hasUndecided(): boolean {
    return this.ranked.some(({ verdict }) => !verdict.undecided.isEmpty);
  }

  /** The peers that the listing is about: all, or with a focus those it looks at and those they talk with. */
  listedPeers(): readonly ListedPeer[] {
    if (this.focus === undefined) return this.peers;
    const listed = new Set<number>();
    this.peers.forEach((_, rank) => {
      if (this.isFocused(rank)) listed.add(rank);
    });
    for (const group of this.ranked) {
      for (const { from, to } of this.focusedParts(group)) {
        if (isNothing(from, to)) continue;
        for (const rank of [...from, ...to]) listed.add(rank);
      }
    }
    return this.peers.filter((_, rank) => listed.has(rank));
  }

  private focusedParts(group: RankedGroup): readonly { from: readonly number[]; to: readonly number[] }[] {
    if (this.focus === undefined) return [group];
    const inside = group.from.filter(this.isFocused);
    const outside = group.from.filter((rank) => !this.isFocused(rank));
    return [
      { from: inside, to: group.to },
      { from: outside, to: group.to.filter(this.isFocused) },
    ];
  }
}

/** No pair at all, or only a peer with itself. */
function isNothing(from: readonly number[], to: readonly number[]): boolean {
  return from.length === 0 || to.length === 0 || (from.length === 1 && to.length === 1 && from[0] === to[0]);
}

/** Traffic among outside addresses is nobody's business here. */
function withoutOutsidePairs({ from, to, verdict }: ConnectionGroup): ConnectionGroup[] {
  const isOutside = (peer: ListedPeer): boolean => peer.type === 'addresses';
  if (!from.some(isOutside) || !to.some(isOutside)) return [{ from, to, verdict }];
  const parts = [
    { from: from.filter((peer) => !isOutside(peer)), to, verdict },
    { from: from.filter(isOutside), to: to.filter((peer) => !isOutside(peer)), verdict },
  ];
  return parts.filter((part) => part.from.length > 0 && part.to.length > 0);
}
