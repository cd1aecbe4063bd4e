import type { AddressSpace } from './address-space';
import type { EndClasses } from './end-class';
import type { IndexSet } from '../sets/index-set';
import { countUpTo } from '../sets/count-up-to';
import type { Layout } from './layout';
import type { AddressPeer, WorkloadPeer } from '../reachability';
import type { Workload } from '../../model/workloads/workload';

/** Turns sets of positions back into workloads and ranges of addresses. Equal sets give the same lists. */
export class PositionPeers {
  private readonly workloadMemo = new Map<string, readonly Workload[]>();
  private readonly peerMemo = new Map<string, readonly (WorkloadPeer | AddressPeer)[]>();
  private readonly workloadPeers = new Map<Workload, WorkloadPeer>();
  /** By the first position, with the position after the last. */
  private readonly addressPeers = new Map<number, { readonly end: number; readonly peer: AddressPeer }>();

  constructor(
    private readonly ends: EndClasses,
    private readonly space: AddressSpace,
    private readonly layout: Layout,
  ) {}

  /** The workloads of the classes in the set, sorted by id. */
  workloads(positions: IndexSet): readonly Workload[] {
    const inside = positions.intersect(this.layout.endPositions);
    const key = inside.edges.join(',');
    const known = this.workloadMemo.get(key);
    if (known !== undefined) return known;
    const workloads = [...inside.members()].flatMap((index) => this.ends.at(index)?.workloads ?? []);
    workloads.sort((a, b) => (a.id < b.id ? -1 : 1));
    this.workloadMemo.set(key, workloads);
    return workloads;
  }

  /** The outside addresses in the set as maximal ranges, IPv4 first. */
  addresses(positions: IndexSet): AddressPeer[] {
    const borders = [this.layout.outsideStart(6)];
    return this.addressesCutAt(positions, borders);
  }

  /** Ranges that also end at each of the given positions, which are ascending and hold the border of the families. */
  addressesCutAt(positions: IndexSet, borders: readonly number[]): AddressPeer[] {
    const peers: AddressPeer[] = [];
    const outside = positions.intersect(this.layout.outsidePositions);
    for (const [start, end] of outside.ranges()) {
      const inner = borders.slice(countUpTo(borders, start), countUpTo(borders, end - 1));
      const cuts = [start, ...inner, end];
      for (let index = 0; index + 1 < cuts.length; index++) {
        const peer = this.addressPeer(cuts[index] ?? start, cuts[index + 1] ?? end);
        if (peer !== undefined) peers.push(peer);
      }
    }
    return peers;
  }

  /** Ranges that begin at one position mostly end at one too, so the latest is kept. */
  private addressPeer(start: number, end: number): AddressPeer | undefined {
    const known = this.addressPeers.get(start);
    if (known?.end === end) return known.peer;
    const first = this.layout.intervalAt(start);
    const last = this.layout.intervalAt(end - 1);
    if (first === undefined || last === undefined) return undefined;
    const peer: AddressPeer = {
      type: 'addresses',
      version: first.family,
      first: this.space.interval(first.family, first.index).first,
      last: this.space.interval(last.family, last.index).last,
    };
    this.addressPeers.set(start, { end, peer });
    return peer;
  }

  /** Workloads and ranges of addresses (cut at `borders`) in the set. */
  peers(positions: IndexSet, borders: readonly number[]): readonly (WorkloadPeer | AddressPeer)[] {
    const key = positions.edges.join(',');
    const known = this.peerMemo.get(key);
    if (known !== undefined) return known;
    const workloads = this.workloads(positions).map((workload) => this.workloadPeer(workload));
    const peers = [...workloads, ...this.addressesCutAt(positions, borders)];
    this.peerMemo.set(key, peers);
    return peers;
  }

  private workloadPeer(workload: Workload): WorkloadPeer {
    const known = this.workloadPeers.get(workload);
    if (known !== undefined) return known;
    const peer: WorkloadPeer = { type: 'workload', workload };
    this.workloadPeers.set(workload, peer);
    return peer;
  }
}
