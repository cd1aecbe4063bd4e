/** An address as a number, with its family. */
export interface Address {
  readonly family: 4 | 6;
  readonly value: bigint;
}

export interface Block {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

/** `10.0.0.1` or `fd00::1`. Throws on anything else: the generators write valid addresses only. */
export function parseAddress(text: string): Address {
  return text.includes(':') ? { family: 6, value: parseIpv6(text) } : { family: 4, value: parseIpv4(text) };
}

function parseIpv4(text: string): bigint {
  const parts = text.split('.').map(Number);
  if (parts.length !== 4 || parts.some((part) => !(part >= 0 && part <= 255)))
    throw new Error(`not IPv4: ${text}`);
  return parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

function parseIpv6(text: string): bigint {
  const [head = '', tail] = text.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...after];
  if (groups.length !== 8) throw new Error(`not IPv6: ${text}`);
  return groups.reduce((sum, group) => sum * 65536n + BigInt(`0x${group}`), 0n);
}

/** The text of an address, IPv6 without shortening. */
export function printAddress({ family, value }: Address): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.');
  return [112n, 96n, 80n, 64n, 48n, 32n, 16n, 0n]
    .map((shift) => ((value >> shift) & 65535n).toString(16))
    .join(':');
}

/** A CIDR, host bits masked away (network-policy-semantics 2.1 item 7), or a single address. */
export function parseBlock(text: string): Block {
  const [ip = '', prefixText] = text.split('/');
  const { family, value } = parseAddress(ip);
  const bits = family === 4 ? 32n : 128n;
  const hostBits = bits - (prefixText === undefined ? bits : BigInt(prefixText));
  const first = (value >> hostBits) << hostBits;
  return { family, first, last: first + (1n << hostBits) - 1n };
}

export function blockHas(block: Block, address: Address): boolean {
  return block.family === address.family && block.first <= address.value && address.value <= block.last;
}

/** Whether the blocks leave no address of the family: walks up from the first address as far as they lead. */
export function coversFamily(blocks: readonly Block[], family: 4 | 6): boolean {
  const last = family === 4 ? (1n << 32n) - 1n : (1n << 128n) - 1n;
  const own = blocks.filter((block) => block.family === family);
  for (let next = 0n; next <= last;) {
    const here = next;
    const reached = own.find((block) => block.first <= here && here <= block.last);
    if (reached === undefined) return false;
    next = reached.last + 1n;
  }
  return true;
}
