import {
  ipv4InsideIpv6,
  parseCidr,
  printAddress,
  type CidrResult,
  type ParseCidrOptions,
} from '../../model/cidr';

/**
 * Reads a block of addresses as Calico's validator does, which is that of Go: zeros before the prefix length are fine
 * (`10.0.0.0/08`), and a block of IPv4-mapped addresses (`::ffff:10.0.0.0/104`) is the IPv4 block inside it.
 */
export function parseNet(text: string, options: ParseCidrOptions): CidrResult {
  const [, address, digits] = /^([^/]*)\/0*([0-9]+)$/.exec(text) ?? [];
  if (address === undefined || digits === undefined) return parseCidr(text, options);
  const inside = ipv4InsideIpv6(address);
  const prefix = Number(digits) - 96;
  return inside !== undefined && prefix >= 0
    ? parseCidr(`${printAddress(4, inside.value)}/${prefix}`, options)
    : parseCidr(`${address}/${digits}`, options);
}

/** The address as Calico reads it: an IPv4-mapped one is the IPv4 address inside it. */
export function unmapped(address: string): string {
  const inside = ipv4InsideIpv6(address);
  return inside === undefined ? address : printAddress(4, inside.value);
}
