import { blockHas, parseAddress, parseBlock, type Address, type Block } from './address';
import type { Endpoint, Pod } from './pods';

/** Picks one of `count` values (0 to count - 1) of a fact nobody knows; the same fact keeps its value in one world. */
export type Choose = (fact: string, count: number) => number;

/** One choice made on the way through a world. */
interface Fork {
  readonly fact: string;
  readonly value: number;
  readonly count: number;
}

const MOST_WORLDS = 20_000;

/**
 * Runs `run` once for every combination of the unknown facts it asks about, and gives all results; it stops as soon
 * as there are two. Undefined when there are too many combinations to try.
 */
export function inEveryWorld<T>(run: (choose: Choose) => T): Set<T> | undefined {
  const results = new Set<T>();
  let trail: Fork[] = [];
  for (let worlds = 0; worlds < MOST_WORLDS; worlds++) {
    const forks = trail;
    results.add(run((fact, count) => choice(forks, fact, count)));
    trail = nextTrail(forks);
    if (trail.length === 0 || results.size > 1) return results;
  }
  return undefined;
}

/** The value the fact has on this trail; a fact not met before starts with 0. */
function choice(trail: Fork[], fact: string, count: number): number {
  const known = trail.find((fork) => fork.fact === fact);
  if (known !== undefined) return known.value;
  trail.push({ fact, value: 0, count });
  return 0;
}

function nextTrail(trail: readonly Fork[]): Fork[] {
  for (let index = trail.length - 1; index >= 0; index--) {
    const entry = trail[index];
    if (entry !== undefined && entry.value + 1 < entry.count) {
      return [...trail.slice(0, index), { ...entry, value: entry.value + 1 }];
    }
  }
  return [];
}

export interface AddressOptions {
  readonly podCidrs?: readonly string[] | undefined;
  readonly nodeCidrs?: readonly string[] | undefined;
}

/** Whether the end speaks with the address of a node, as far as is known: host-network pods, addresses in nodeCidrs. */
export function isNode(end: Endpoint, { nodeCidrs = [] }: AddressOptions): boolean {
  if (end.type === 'pod') return end.hostNetwork;
  return nodeCidrs.some((cidr) => blockHas(parseBlock(cidr), parseAddress(end.ip)));
}

/**
 * How unknown facts are played through. `agreed`: each block is decided by itself, and anew in every rule (it covers
 * all ranges: match; it is apart from all: none; else either). `exact`: through real addresses, so that blocks stay
 * consistent with each other. `agreed` is never more certain than `exact`.
 */
export type Precision = 'agreed' | 'exact';

/** The addresses of one world. */
export class Addresses {
  /** How often a block had to be decided in this world: what makes each time a fact of its own. */
  private asked = 0;

  constructor(
    private readonly choose: Choose,
    private readonly ends: readonly Endpoint[],
    private readonly options: AddressOptions,
    private readonly precision: Precision,
    /** Every block any policy names: their edges are where addresses differ. */
    private readonly blocks: readonly Block[],
    private readonly protocol: number,
  ) {}

  /** The IP version of the packet. ICMP travels in IPv4, ICMPv6 in IPv6; else a version both ends have. */
  family(): 4 | 6 {
    if (this.protocol === 1) return 4;
    if (this.protocol === 58) return 6;
    for (const end of this.ends) if (end.type === 'outside') return parseAddress(end.ip).family;
    const families = ([4, 6] as const).filter((family) =>
      this.ends.every((end) => this.familiesOf(end).includes(family)),
    );
    const [only] = families;
    if (families.length === 1 && only !== undefined) return only;
    return this.choose('family', 2) === 0 ? 4 : 6;
  }

  /** Whether the address the endpoint has in this packet lies in the block. */
  inBlock(end: Endpoint, cidr: string): boolean {
    const block = parseBlock(cidr);
    if (block.family !== this.family()) return false;
    if (end.type === 'outside') return blockHas(block, parseAddress(end.ip));
    if (end.addresses.length > 0) return end.addresses.some((ip) => blockHas(block, parseAddress(ip)));
    const ranges = this.rangesOf(end).filter((range) => range.family === block.family);
    return this.precision === 'exact' ? this.byAddress(end, block, ranges) : this.byBlock(block, ranges);
  }

  /** Without podCidrs nobody knows a pod's address, and no block matches it: the agreed default. */
  private rangesOf(pod: Pod): readonly Block[] {
    const given = pod.hostNetwork
      ? (this.options.nodeCidrs ?? ['0.0.0.0/0', '::/0'])
      : (this.options.podCidrs ?? []);
    return given.map(parseBlock);
  }

  private familiesOf(end: Endpoint): readonly (4 | 6)[] {
    if (end.type === 'outside') return [parseAddress(end.ip).family];
    if (end.addresses.length > 0) return end.addresses.map((ip) => parseAddress(ip).family);
    const ranges = this.rangesOf(end);
    return ranges.length === 0 ? [4, 6] : ranges.map((range) => range.family);
  }

  private byBlock(block: Block, ranges: readonly Block[]): boolean {
    const apart = ranges.every((range) => range.last < block.first || block.last < range.first);
    if (apart) return false;
    const covers = ranges.every((range) => block.first <= range.first && range.last <= block.last);
    if (covers) return true;
    return this.choose(`block ${this.asked++}`, 2) === 1;
  }

  private byAddress(pod: Pod, block: Block, ranges: readonly Block[]): boolean {
    const candidates = ranges.flatMap((range) => edgesWithin(range, this.blocks));
    if (candidates.length === 0) return false;
    const chosen = candidates[this.choose(`address ${block.family} of ${pod.key}`, candidates.length)];
    return chosen !== undefined && blockHas(block, chosen);
  }
}

/** One address for every piece into which the blocks cut the range. */
function edgesWithin(range: Block, blocks: readonly Block[]): Address[] {
  const starts = new Set([range.first]);
  for (const block of blocks) {
    if (block.family !== range.family) continue;
    for (const edge of [block.first, block.last + 1n])
      if (range.first < edge && edge <= range.last) starts.add(edge);
  }
  return [...starts].map((value) => ({ family: range.family, value }));
}
