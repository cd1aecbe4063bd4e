import type { AddressPeer } from '../reachability';
import { printAddress } from '../../model/cidr';

/** `0.0.0.0-255.255.255.255`: how reports name a range of addresses; also the id of the peer in JSON. */
export function printAddressPeer({ version, first, last }: AddressPeer): string {
  return `${printAddress(version, first)}-${printAddress(version, last)}`;
}
