import { ipv4InsideIpv6, parseAddress, printAddress } from '../../model/cidr';

/** The address in the spelling that flow records have; undefined when the text is none. */
export function canonicalAddress(text: string): string | undefined {
  const address = ipv4InsideIpv6(text) ?? parseAddress(text).address;
  return address === undefined ? undefined : printAddress(address.version, address.value);
}
