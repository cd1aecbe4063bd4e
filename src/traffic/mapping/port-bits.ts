/** Ports from `first` to `last`, both included. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

const PORTS = 65_536;
const BITS = 32;

/** A set of ports that grows, in 8 KiB however many it has. */
export class PortBits {
  private readonly words = new Uint32Array(PORTS / BITS);

  add(port: number): void {
    const word = port >>> 5;
    this.words[word] = (this.words[word] ?? 0) | (1 << (port & 31));
  }

  /** Adds all that another one has. */
  addAll(other: PortBits): void {
    for (const [word, bits] of other.words.entries()) this.words[word] = (this.words[word] ?? 0) | bits;
  }

  /** Sorted, and as few as can be. */
  ranges(): PortRange[] {
    const ranges: PortRange[] = [];
    let first: number | undefined;
    for (let port = 0; port < PORTS; port++) {
      const has = ((this.words[port >>> 5] ?? 0) & (1 << (port & 31))) !== 0;
      if (has) first ??= port;
      else if (first !== undefined) {
        ranges.push({ first, last: port - 1 });
        first = undefined;
      }
    }
    return first === undefined ? ranges : [...ranges, { first, last: PORTS - 1 }];
  }
}

/** `80` or `1-79`. */
export function portRangeText({ first, last }: PortRange): string {
  return first === last ? `${first}` : `${first}-${last}`;
}
