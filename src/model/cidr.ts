/** A block of addresses, already masked: `base` has no host bits. */
export interface Cidr {
  readonly version: 4 | 6;
  /** The first address as a number. */
  readonly base: bigint;
  /** 0 to 32, or to 128. */
  readonly prefix: number;
}
