import { isIP } from 'node:net';

/** A block of addresses, already masked: `base` has no host bits. */
export interface Cidr {
  readonly version: 4 | 6;
  /** The first address as a number. */
  readonly base: bigint;
  /** 0 to 32, or to 128. */
  readonly prefix: number;
}

/** One address of one family. */
export interface Address {
  readonly version: 4 | 6;
  readonly value: bigint;
}

/** The block, or why the text is none. */
export type CidrResult =
  | { readonly cidr: Cidr; readonly reason?: undefined }
  | { readonly cidr?: undefined; readonly reason: string };

/** The address, or why the text is none. */
export type AddressResult =
  | { readonly address: Address; readonly reason?: undefined }
  | { readonly address?: undefined; readonly reason: string };

export interface ParseCidrOptions {
  /**
   * What to do with bits set beyond the prefix, as in `10.0.0.5/8`: refuse the text, or clear them as Kubernetes
   * does for an ipBlock (network-policy-semantics 2.1 item 7).
   */
  readonly hostBits: 'error' | 'mask';
}

/** Number of bits of an address: 32 or 128. */
export function addressBits(version: 4 | 6): 32 | 128 {
  return version === 4 ? 32 : 128;
}

const LAST_ADDRESS = { 4: (1n << 32n) - 1n, 6: (1n << 128n) - 1n } as const;

/** The highest address of a family, as a number. */
export function lastAddress(version: 4 | 6): bigint {
  return LAST_ADDRESS[version];
}

/** The smallest block that holds the whole family: `0.0.0.0/0` or `::/0`. */
export function wholeFamily(version: 4 | 6): Cidr {
  return { version, base: 0n, prefix: 0 };
}

/**
 * Reads one address. Strict: four decimal numbers without leading zeros, or RFC 4291 text without a zone. An
 * IPv4-mapped IPv6 address (`::ffff:10.0.0.1`) is refused: data planes differ on whether it means the IPv4 or the
 * IPv6 packet, so its author must say which.
 */
export function parseAddress(text: string): AddressResult {
  if (text.includes('%'))
    return { reason: `"${text}" names a network interface after "%", which has no meaning here` };
  const version = isIP(text);
  if (version === 4) return { address: { version: 4, value: ipv4Value(text) } };
  if (version !== 6) return { reason: `"${text}" is not an IPv4 or IPv6 address` };
  const inside = ipv4InsideIpv6(text);
  if (inside !== undefined)
    return {
      reason: `"${text}" is an IPv4 address inside IPv6; write it as ${printAddress(4, inside.value)}`,
    };
  return { address: { version: 6, value: ipv6Value(text) } };
}

/** The IPv4 address in an IPv4-mapped IPv6 one (`::ffff:10.0.0.1`), which {@link parseAddress} refuses. */
export function ipv4InsideIpv6(text: string): Address | undefined {
  if (isIP(text) !== 6 || text.includes('%')) return undefined;
  const value = ipv6Value(text);
  return value >> 32n === 0xffffn ? { version: 4, value: value & 0xffffffffn } : undefined;
}

/** Reads `address/prefix`; the prefix is a plain decimal number and must be there. */
export function parseCidr(text: string, { hostBits }: ParseCidrOptions): CidrResult {
  const slash = text.indexOf('/');
  if (slash < 0) {
    const bare = parseAddress(text).address;
    const hint =
      bare === undefined ? '' : `; for this one address write ${text}/${addressBits(bare.version)}`;
    return { reason: `"${text}" has no prefix length${hint}` };
  }
  const { address, reason } = parseAddress(text.slice(0, slash));
  if (address === undefined) return { reason: `"${text}" is not a CIDR: ${reason}` };
  const digits = text.slice(slash + 1);
  const bits = addressBits(address.version);
  const prefix = /^(?:0|[1-9][0-9]{0,2})$/.test(digits) ? Number(digits) : Number.NaN;
  if (!(prefix <= bits))
    return { reason: `"${text}" needs a prefix length from 0 to ${bits} after the slash` };
  const base = maskAddress(address.version, address.value, prefix);
  const cidr: Cidr = { version: address.version, base, prefix };
  if (hostBits === 'error' && base !== address.value) {
    return { reason: `"${text}" has bits set beyond its prefix; the block is ${printCidr(cidr)}` };
  }
  return { cidr };
}

/** `10.0.0.1`, or IPv6 as RFC 5952 writes it. */
export function printAddress(version: 4 | 6, value: bigint): string {
  if (version === 4) {
    const number = Number(value);
    return [number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255].join('.');
  }
  const groups = Array.from({ length: 8 }, (_, index) =>
    Number((value >> BigInt(112 - 16 * index)) & 0xffffn),
  );
  const { start, length } = longestZeroRun(groups);
  const hex = groups.map((group) => group.toString(16));
  if (length < 2) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}

/** `10.0.0.0/8`, `2001:db8::/32`. */
export function printCidr(cidr: Cidr): string {
  return `${printAddress(cidr.version, cidr.base)}/${cidr.prefix}`;
}

/** The lowest address of the block. */
export function firstOf(cidr: Cidr): bigint {
  return cidr.base;
}

/** All host bits set, by how many there are: models have many blocks, and shifting numbers of this size is slow. */
const HOST_MASKS: readonly bigint[] = Array.from({ length: 129 }, (_, bits) => (1n << BigInt(bits)) - 1n);

/** The highest address of the block. */
export function lastOf(cidr: Cidr): bigint {
  return cidr.base | (HOST_MASKS[addressBits(cidr.version) - cidr.prefix] ?? 0n);
}

/** Whether every address of `inner` is in `outer`; a block contains itself. Never across families. */
export function containsCidr(outer: Cidr, inner: Cidr): boolean {
  return (
    outer.version === inner.version &&
    outer.prefix <= inner.prefix &&
    maskAddress(outer.version, inner.base, outer.prefix) === outer.base
  );
}

/** Whether the address is in the block. Never across families. */
export function containsAddress(cidr: Cidr, address: Address): boolean {
  return (
    cidr.version === address.version && maskAddress(cidr.version, address.value, cidr.prefix) === cidr.base
  );
}

/** Whether two blocks share an address; blocks either nest or are apart. */
export function overlaps(a: Cidr, b: Cidr): boolean {
  return containsCidr(a, b) || containsCidr(b, a);
}

/** Order of blocks: IPv4 first, then by first address, then the larger block first. */
export function compareCidrs(a: Cidr, b: Cidr): number {
  if (a.version !== b.version) return a.version - b.version;
  if (a.base !== b.base) return a.base < b.base ? -1 : 1;
  return a.prefix - b.prefix;
}

function maskAddress(version: 4 | 6, value: bigint, prefix: number): bigint {
  const hostBits = BigInt(addressBits(version) - prefix);
  return (value >> hostBits) << hostBits;
}

function ipv4Value(text: string): bigint {
  return BigInt(text.split('.').reduce((value, octet) => value * 256 + Number(octet), 0));
}

/** The text has passed `isIP`, so at most one `::` and the right number of groups are there. */
function ipv6Value(text: string): bigint {
  const [head = '', tail] = text.split('::');
  const front = ipv6Groups(head);
  const back = tail === undefined ? [] : ipv6Groups(tail);
  const gap = Array.from({ length: 8 - front.length - back.length }, () => 0n);
  return [...front, ...gap, ...back].reduce((value, group) => (value << 16n) | group, 0n);
}

function ipv6Groups(text: string): bigint[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [BigInt(`0x${group}`)];
    const value = ipv4Value(group);
    return [value >> 16n, value & 0xffffn];
  });
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  groups.forEach((group, index) => {
    if (group !== 0) start = index + 1;
    else if (index + 1 - start > best.length) best = { start, length: index + 1 - start };
  });
  return best;
}
