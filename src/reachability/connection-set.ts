import { MemoTable } from './memo-table';
import { MAX_PORT, PortSet } from './port-set';

/** One range of ports of one protocol. */
export interface PortRange {
  /** IP protocol number. */
  readonly protocol: number;
  /** 0 to 65535; for ICMP and ICMPv6 `type * 256 + code`. A protocol without ports is always whole: 0 to 65535. */
  readonly first: number;
  readonly last: number;
}

export const PROTOCOL = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58, sctp: 132, udplite: 136 } as const;

/** Protocols whose ports (types and codes) are told apart, ascending. The other 251 are in a set whole or not. */
const PORTED: readonly number[] = [PROTOCOL.icmp, PROTOCOL.tcp, PROTOCOL.udp, PROTOCOL.icmpv6, PROTOCOL.sctp];

const HIGHEST_PROTOCOL = 255;

const PROTOCOLS: readonly number[] = Array.from({ length: HIGHEST_PROTOCOL + 1 }, (_, protocol) => protocol);

const ALL_OTHERS = PORTED.reduce((bits, protocol) => bits & ~(1n << BigInt(protocol)), (1n << 256n) - 1n);

/**
 * An immutable set of connections: pairs of IP protocol (0 to 255) and destination port. Equal sets are the same
 * object, so `===` is equality, and operations remember their results.
 */
export class ConnectionSet {
  private static readonly interned = new Map<string, ConnectionSet>();
  private static readonly unions = new MemoTable<ConnectionSet>();
  private static readonly intersections = new MemoTable<ConnectionSet>();
  private static readonly differences = new MemoTable<ConnectionSet>();

  /** No connection. */
  static readonly NONE = ConnectionSet.intern(
    PORTED.map(() => PortSet.EMPTY),
    0n,
  );
  /** Every protocol and port. */
  static readonly ALL = ConnectionSet.intern(
    PORTED.map(() => PortSet.FULL),
    ALL_OTHERS,
  );

  private constructor(
    /** Small number that names the set within this process. */
    readonly id: number,
    private readonly ports: readonly PortSet[],
    private readonly others: bigint,
  ) {}

  /**
   * Ports `first` to `last` (both included) of a protocol. Of a protocol without ports the range is not looked at.
   * @throws RangeError when the protocol is not a whole number from 0 to 255.
   */
  static of(protocol: number, first: number, last: number): ConnectionSet {
    checkProtocol(protocol);
    const slot = PORTED.indexOf(protocol);
    if (slot < 0) return ConnectionSet.intern(ConnectionSet.NONE.ports, 1n << BigInt(protocol));
    return ConnectionSet.intern(
      ConnectionSet.NONE.ports.map((none, index) => (index === slot ? PortSet.range(first, last) : none)),
      0n,
    );
  }

  /** Every port of a protocol. */
  static allPorts(protocol: number): ConnectionSet {
    return ConnectionSet.of(protocol, 0, MAX_PORT);
  }

  private static intern(ports: readonly PortSet[], others: bigint): ConnectionSet {
    const key = `${ports.map(({ id }) => id).join(',')};${others.toString(36)}`;
    const known = ConnectionSet.interned.get(key);
    if (known !== undefined) return known;
    const set = new ConnectionSet(ConnectionSet.interned.size, ports, others);
    ConnectionSet.interned.set(key, set);
    return set;
  }

  get isEmpty(): boolean {
    return this === ConnectionSet.NONE;
  }

  get isAll(): boolean {
    return this === ConnectionSet.ALL;
  }

  union(other: ConnectionSet): ConnectionSet {
    if (this === other || other.isEmpty || this.isAll) return this;
    if (this.isEmpty || other.isAll) return other;
    return ConnectionSet.unions.get(this.id, other.id, () =>
      this.combine(other, (a, b) => a.union(b), this.others | other.others),
    );
  }

  intersect(other: ConnectionSet): ConnectionSet {
    if (this === other || this.isEmpty || other.isAll) return this;
    if (other.isEmpty || this.isAll) return other;
    return ConnectionSet.intersections.get(this.id, other.id, () =>
      this.combine(other, (a, b) => a.intersect(b), this.others & other.others),
    );
  }

  subtract(other: ConnectionSet): ConnectionSet {
    if (this.isEmpty || other.isEmpty) return this;
    if (this === other || other.isAll) return ConnectionSet.NONE;
    return ConnectionSet.differences.get(this.id, other.id, () =>
      this.combine(other, (a, b) => a.subtract(b), this.others & ~other.others),
    );
  }

  /** Whether the set has the port (or ICMP `type * 256 + code`) of the protocol. */
  contains(protocol: number, port: number): boolean {
    const slot = PORTED.indexOf(protocol);
    if (slot >= 0) return this.ports[slot]?.contains(port) ?? false;
    return protocol >= 0 && ((this.others >> BigInt(protocol)) & 1n) === 1n;
  }

  /** Disjoint and maximal ranges, by protocol number and port. {@link ALL} has one for each of the 256 protocols. */
  ranges(): readonly PortRange[] {
    const ranges: PortRange[] = [];
    for (const protocol of this.others === 0n ? PORTED : PROTOCOLS) {
      const ports = this.portsOf(protocol);
      for (const range of ports.ranges()) ranges.push({ protocol, ...range });
    }
    return ranges;
  }

  private portsOf(protocol: number): PortSet {
    const slot = PORTED.indexOf(protocol);
    if (slot >= 0) return this.ports[slot] ?? PortSet.EMPTY;
    return this.contains(protocol, 0) ? PortSet.FULL : PortSet.EMPTY;
  }

  private combine(
    other: ConnectionSet,
    join: (a: PortSet, b: PortSet) => PortSet,
    others: bigint,
  ): ConnectionSet {
    return ConnectionSet.intern(
      this.ports.map((ports, slot) => join(ports, other.ports[slot] ?? PortSet.EMPTY)),
      others,
    );
  }
}

function checkProtocol(protocol: number): void {
  if (Number.isInteger(protocol) && protocol >= 0 && protocol <= HIGHEST_PROTOCOL) return;
  throw new RangeError(`${protocol} is not an IP protocol number: use a whole number from 0 to 255.`);
}
