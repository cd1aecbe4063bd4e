/** One range of ports of one protocol. */
export interface PortRange {
  /** IP protocol number. */
  readonly protocol: number;
  /** 0 to 65535; for ICMP and ICMPv6 `type * 256 + code`. */
  readonly first: number;
  readonly last: number;
}

export const PROTOCOL = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58, sctp: 132, udplite: 136 } as const;
