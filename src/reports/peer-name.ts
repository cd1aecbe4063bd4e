import { AddressSet } from '../model/address-set';
import { addressBits, printAddress } from '../model/cidr';
import { printAddressPeer } from '../reachability/ends/address-peer';
import type { AddressPeer, Peer, PodPeer } from '../reachability/reachability';

/** The peer's id in JSON: `shop/cart[Deployment]`, `0.0.0.0-255.255.255.255`; a pod outside the manifests by its labels. */
export function peerId(peer: Peer): string {
  switch (peer.type) {
    case 'workload':
      return peer.workload.id;
    case 'addresses':
      return peer.first === peer.last ? printAddress(peer.version, peer.first) : printAddressPeer(peer);
    case 'pod':
      return printPod(peer);
  }
}

/** The peer as people read it: addresses as blocks where they are blocks, the rest as {@link peerId}. */
export function peerLabel(peer: Peer): string {
  return peer.type === 'addresses' ? printBlock(peer) : peerId(peer);
}

/** `10.0.0.0/8`, `10.0.0.1`, or `10.0.0.1-10.0.0.6` for a range that is no block. */
export function printBlock({ version, first, last }: AddressPeer): string {
  const size = last - first + 1n;
  const isBlock = (size & (size - 1n)) === 0n && first % size === 0n;
  if (!isBlock) return `${printAddress(version, first)}-${printAddress(version, last)}`;
  const hostBits = size.toString(2).length - 1;
  return hostBits === 0
    ? printAddress(version, first)
    : `${printAddress(version, first)}/${addressBits(version) - hostBits}`;
}

/** Ranges joined where they touch: `0.0.0.0/0, ::/0`. */
export function printBlocks(peers: readonly AddressPeer[]): string {
  return AddressSet.ofRanges(peers)
    .ranges.map((range) => printBlock({ type: 'addresses', ...range }))
    .join(', ');
}

function printPod({ namespace, labels }: PodPeer): string {
  const pairs = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return `pod in ${namespace} with ${pairs.length === 0 ? 'no labels' : pairs.map(([key, value]) => `${key}=${value}`).join(',')}`;
}
