import { AddressSet } from '../../model/address-set';
import { comparedPeers, type Compared, type ComparedPeer } from '../../reachability/compare/compared';
import type { AddressPeer, WorkloadPeer } from '../../reachability/reachability';
import { listedId } from '../connectivity/connectivity';
import { printBlock } from '../peer-name';
import type { MapGroup, MapNode } from './map-data';

/** The versions of the manifests that a map shows: one, or two. */
export interface MapSides {
  readonly before?: Compared | undefined;
  readonly after: Compared;
}

/** The nodes of a map, and which peers of either version they stand for. */
export interface MapPeers {
  readonly groups: readonly MapGroup[];
  readonly nodes: readonly MapNode[];
  /** How many of the nodes, the first ones, are workloads. */
  readonly workloads: number;
  /** The peers of one version behind each node; none where it has no such workload. */
  peersOf(side: Compared, node: number): readonly (WorkloadPeer | AddressPeer)[];
  /** The nodes that stand for a peer of one version: several for addresses that the other version tells apart. */
  nodesOf(side: Compared, peer: WorkloadPeer | AddressPeer): readonly number[];
  /** The node of a peer of the comparison. */
  nodeOf(peer: ComparedPeer): number;
}

/** The name of the frame around outside addresses. No namespace is called like that: it has a blank. */
export const OUTSIDE = 'outside the cluster';

/** Address blocks that a label names before it counts the rest. */
const NAMED_BLOCKS = 2;

/** Workloads of both versions by id, then outside addresses: one node for all that no policy of either tells apart. */
export function mapPeers({ before, after }: MapSides): MapPeers {
  const peers = comparedPeers(before ?? after, after);
  const workloads = peers.filter((peer) => (peer.after ?? peer.before)?.type === 'workload');
  const ranges = peers.slice(workloads.length);
  const sides = before === undefined ? [after] : [before, after];
  const alike = alikeRanges(sides, ranges);
  const nodeById = new Map(workloads.map(({ id }, index) => [id, index]));
  alike.forEach((members, index) => {
    for (const { id } of members) nodeById.set(id, workloads.length + index);
  });
  const members = [...workloads.map((peer) => [peer]), ...alike];
  const nodesBySide = new Map(sides.map((side) => [side, nodesBySidePeer(side, ranges, nodeById)]));
  const pick = (side: Compared, peer: ComparedPeer) => (side === after ? peer.after : peer.before);
  return {
    ...named(workloads, alike),
    workloads: workloads.length,
    peersOf: (side, node) => (members[node] ?? []).flatMap((peer) => pick(side, peer) ?? []),
    nodesOf: (side, peer) => {
      const known = nodesBySide.get(side)?.get(listedId(peer));
      return known ?? (peer.type === 'addresses' ? overlapping(peer, ranges, nodeById) : []);
    },
    nodeOf: ({ id }) => nodeById.get(id) ?? -1,
  };
}

/** Ranges that stand in the same connections on every side. */
function alikeRanges(sides: readonly Compared[], ranges: readonly ComparedPeer[]): ComparedPeer[][] {
  const signatures = sides.map(signaturesOf);
  const lots = new Map<string, ComparedPeer[]>();
  for (const range of ranges) {
    const { after } = range;
    if (after?.type !== 'addresses') continue;
    const key = sides.map((side, index) => signatures[index]?.get(holder(side, after)) ?? '').join('|');
    const lot = lots.get(key) ?? [];
    lot.push(range);
    lots.set(key, lot);
  }
  // Both families whole and untouched say nothing: no line ends there.
  return [...lots].filter(([key]) => key.replaceAll('|', '') !== '').map(([, lot]) => lot);
}

/** For each range of a side, the groups it stands in. */
function signaturesOf({ reachability }: Compared): ReadonlyMap<string, string> {
  const signatures = new Map<string, string>();
  for (const [index, { from, to }] of reachability.groups().entries()) {
    const add = (peer: WorkloadPeer | AddressPeer, end: string): void => {
      if (peer.type !== 'addresses') return;
      const id = listedId(peer);
      signatures.set(id, `${signatures.get(id) ?? ''} ${end}${index}`);
    };
    for (const peer of from) add(peer, 'f');
    for (const peer of to) add(peer, 't');
  }
  return signatures;
}

/** The id of the side's own range that has the addresses: mostly the very same one. */
function holder({ reachability }: Compared, peer: AddressPeer): string {
  const { version, first } = peer;
  if (reachability.addresses.includes(peer)) return listedId(peer);
  const range = reachability.addresses.find(
    (own) => own.version === version && own.first <= first && first <= own.last,
  );
  return range === undefined ? '' : listedId(range);
}

function nodesBySidePeer(
  side: Compared,
  ranges: readonly ComparedPeer[],
  nodeById: ReadonlyMap<string, number>,
): ReadonlyMap<string, readonly number[]> {
  const nodes = new Map<string, number[]>();
  for (const { id } of side.workloads) nodes.set(id, [nodeById.get(id) ?? -1]);
  for (const range of ranges) {
    const node = nodeById.get(range.id);
    if (range.after?.type !== 'addresses' || node === undefined) continue;
    const key = holder(side, range.after);
    const known = nodes.get(key) ?? [];
    if (!known.includes(node)) known.push(node);
    nodes.set(key, known);
  }
  return nodes;
}

/** The nodes of a range that is none of the side's own, but a part of one or more of them. */
function overlapping(
  { version, first, last }: AddressPeer,
  ranges: readonly ComparedPeer[],
  nodeById: ReadonlyMap<string, number>,
): readonly number[] {
  const nodes = new Set<number>();
  for (const { id, after } of ranges) {
    const node = nodeById.get(id);
    if (after?.type !== 'addresses' || after.version !== version || node === undefined) continue;
    if (after.first <= last && first <= after.last) nodes.add(node);
  }
  return [...nodes];
}

function named(
  workloads: readonly ComparedPeer[],
  alike: readonly (readonly ComparedPeer[])[],
): { readonly groups: readonly MapGroup[]; readonly nodes: readonly MapNode[] } {
  const nodes: MapNode[] = [];
  const groups: { name: string; outside: boolean; nodes: number[] }[] = [];
  const indexes = new Map<string, number>();
  const add = (groupName: string, node: Omit<MapNode, 'group'>): void => {
    const index = indexes.get(groupName) ?? groups.length;
    indexes.set(groupName, index);
    const group = (groups[index] ??= { name: groupName, outside: groupName === OUTSIDE, nodes: [] });
    group.nodes.push(nodes.length);
    nodes.push({ ...node, group: index });
  };
  for (const peer of workloads) {
    const end = peer.after ?? peer.before;
    if (end?.type !== 'workload') continue;
    const { namespace, name, kind } = end.workload;
    add(namespace, { id: peer.id, name, kind });
  }
  for (const lot of alike) {
    const label = addressLabel(lot);
    add(OUTSIDE, { id: label.all, name: label.short, kind: '' });
  }
  return { groups, nodes };
}

/** What a lot of ranges is called: whole, and short. */
function addressLabel(lot: readonly ComparedPeer[]): { readonly all: string; readonly short: string } {
  const ranges = lot.flatMap(({ after }) => (after?.type === 'addresses' ? [after] : []));
  const blocks = AddressSet.ofRanges(ranges).ranges;
  const texts = blocks.map((range) => printBlock({ type: 'addresses', ...range }));
  const all = texts.join(', ');
  if (all === '0.0.0.0/0, ::/0') return { all, short: 'any address' };
  const four = blocks.filter(({ version }) => version === 4);
  const size = four.reduce((sum, { first, last }) => sum + (last - first + 1n), 0n);
  if (texts.length > NAMED_BLOCKS && size > 1n << 31n) return { all, short: 'all other addresses' };
  const rest = texts.length - NAMED_BLOCKS;
  return { all, short: rest <= 0 ? all : `${texts.slice(0, NAMED_BLOCKS).join(', ')} +${rest}` };
}
