import { containsAddress, parseAddress, parseCidr, type Cidr } from '../../model/cidr';

/** Blocks of addresses that are asked about many addresses, few of them twice in a row and most of them often. */
export class AddressRanges {
  private readonly known = new Map<string, boolean>();

  constructor(readonly blocks: readonly Cidr[]) {}

  /** Whether the address is in one of the blocks. */
  has(ip: string): boolean {
    if (this.blocks.length === 0) return false;
    const known = this.known.get(ip);
    if (known !== undefined) return known;
    const { address } = parseAddress(ip);
    const found = address !== undefined && this.blocks.some((block) => containsAddress(block, address));
    if (this.known.size >= MOST_REMEMBERED) this.known.clear();
    this.known.set(ip, found);
    return found;
  }
}

const MOST_REMEMBERED = 20_000;

/** Blocks out of texts that are known to be good. */
export function blocksOf(texts: readonly string[]): Cidr[] {
  return texts.flatMap((text) => parseCidr(text, { hostBits: 'mask' }).cidr ?? []);
}

/**
 * Addresses that are not of the internet: private ones (RFC 1918), shared ones (RFC 6598: some clouds give them to pods)
 * and unique local ones (RFC 4193).
 */
export const PRIVATE_BLOCKS: readonly Cidr[] = blocksOf([
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  'fc00::/7',
]);

/** Addresses of the machine itself (RFC 1122, RFC 4291): no policy is asked about them. */
export const LOOPBACK_BLOCKS: readonly Cidr[] = blocksOf(['127.0.0.0/8', '::1/128']);

/** One to many: multicast, broadcast, and packets to or from nowhere. */
export const GROUP_BLOCKS: readonly Cidr[] = blocksOf([
  '224.0.0.0/4',
  '255.255.255.255/32',
  '0.0.0.0/32',
  'ff00::/8',
  '::/128',
]);

/** Where node-local DNS caches listen by default (Kubernetes, "Using NodeLocal DNSCache"). */
export const NODE_LOCAL_DNS = '169.254.20.10';
