import type { AddressPeer } from '../reachability';
import { firstOf, lastOf, printAddress, type Cidr } from '../../model/cidr';

/** All addresses of a block. */
export function blockPeer(block: Cidr): AddressPeer {
  return { type: 'addresses', version: block.version, first: firstOf(block), last: lastOf(block) };
}

/** `0.0.0.0-255.255.255.255`: how reports name a range of addresses; also the id of the peer in JSON. */
export function printAddressPeer({ version, first, last }: AddressPeer): string {
  return `${printAddress(version, first)}-${printAddress(version, last)}`;
}
