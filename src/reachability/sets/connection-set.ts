import { InternTable } from './intern-table';
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

/** Slot of the protocols without ports, after those of {@link PORTED}: a set of protocol numbers. */
const OTHERS = PORTED.length;

const ALL_OTHERS = PORTED.reduce(
  (numbers, protocol) => numbers.subtract(PortSet.range(protocol, protocol)),
  PortSet.range(0, HIGHEST_PROTOCOL),
);

/**
 * An immutable set of connections: pairs of IP protocol (0 to 255) and destination port. Equal sets are the same
 * object, so `===` is equality, and operations remember their results.
 */
export class ConnectionSet {
  private static readonly interned = new InternTable<ConnectionSet>();
  private static readonly unions = new MemoTable<ConnectionSet>();
  private static readonly intersections = new MemoTable<ConnectionSet>();
  private static readonly differences = new MemoTable<ConnectionSet>();
  /** Every port, by protocol: most rules begin with it. */
  private static readonly whole = new Map<number, ConnectionSet>();

  /** No connection. */
  static readonly NONE = ConnectionSet.intern([...PORTED.map(() => PortSet.EMPTY), PortSet.EMPTY]);
  /** Every protocol and port. */
  static readonly ALL = ConnectionSet.intern([...PORTED.map(() => PortSet.FULL), ALL_OTHERS]);

  private constructor(
    /** Small number that names the set within this process. */
    readonly id: number,
    /** By slot. */
    private readonly slots: readonly PortSet[],
  ) {}

  /**
   * Ports `first` to `last` (both included) of a protocol. Of a protocol without ports the range is not looked at.
   * @throws RangeError when the protocol is not a whole number from 0 to 255.
   */
  static of(protocol: number, first: number, last: number): ConnectionSet {
    checkProtocol(protocol);
    const slot = slotOf(protocol);
    const numbers = slot === OTHERS ? PortSet.range(protocol, protocol) : PortSet.range(first, last);
    return ConnectionSet.intern(
      ConnectionSet.NONE.slots.map((none, index) => (index === slot ? numbers : none)),
    );
  }

  /** Every port of a protocol. */
  static allPorts(protocol: number): ConnectionSet {
    const known = ConnectionSet.whole.get(protocol);
    if (known !== undefined) return known;
    const whole = ConnectionSet.of(protocol, 0, MAX_PORT);
    ConnectionSet.whole.set(protocol, whole);
    return whole;
  }

  private static intern(slots: readonly PortSet[]): ConnectionSet {
    const { interned } = ConnectionSet;
    const ids: number[] = [];
    for (let slot = 0; slot < slots.length; slot++) ids.push(slots[slot]?.id ?? 0);
    return interned.get(ids, () => new ConnectionSet(interned.size, slots));
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
    return ConnectionSet.unions.get(this.id, other.id, () => this.combine(other, (a, b) => a.union(b)));
  }

  intersect(other: ConnectionSet): ConnectionSet {
    if (this === other || this.isEmpty || other.isAll) return this;
    if (other.isEmpty || this.isAll) return other;
    return ConnectionSet.intersections.get(this.id, other.id, () =>
      this.combine(other, (a, b) => a.intersect(b)),
    );
  }

  subtract(other: ConnectionSet): ConnectionSet {
    if (this.isEmpty || other.isEmpty) return this;
    if (this === other || other.isAll) return ConnectionSet.NONE;
    return ConnectionSet.differences.get(this.id, other.id, () =>
      this.combine(other, (a, b) => a.subtract(b)),
    );
  }

  /** Whether the set has the port (or ICMP `type * 256 + code`) of the protocol. */
  contains(protocol: number, port: number): boolean {
    const slot = slotOf(protocol);
    return this.inSlot(slot).contains(slot === OTHERS ? protocol : port);
  }

  /** Disjoint and maximal ranges, by protocol number and port. {@link ALL} has one for each of the 256 protocols. */
  ranges(): readonly PortRange[] {
    const ranges: PortRange[] = [];
    for (const protocol of this.inSlot(OTHERS).isEmpty ? PORTED : PROTOCOLS) {
      const ports = this.portsOf(protocol);
      for (const range of ports.ranges()) ranges.push({ protocol, ...range });
    }
    return ranges;
  }

  private portsOf(protocol: number): PortSet {
    const slot = slotOf(protocol);
    if (slot !== OTHERS) return this.inSlot(slot);
    return this.inSlot(OTHERS).contains(protocol) ? PortSet.FULL : PortSet.EMPTY;
  }

  private inSlot(slot: number): PortSet {
    return this.slots[slot] ?? PortSet.EMPTY;
  }

  private combine(other: ConnectionSet, join: (a: PortSet, b: PortSet) => PortSet): ConnectionSet {
    const slots: PortSet[] = [];
    for (let slot = 0; slot <= OTHERS; slot++) slots.push(join(this.inSlot(slot), other.inSlot(slot)));
    return ConnectionSet.intern(slots);
  }
}

function slotOf(protocol: number): number {
  const slot = PORTED.indexOf(protocol);
  return slot < 0 ? OTHERS : slot;
}

function checkProtocol(protocol: number): void {
  if (Number.isInteger(protocol) && protocol >= 0 && protocol <= HIGHEST_PROTOCOL) return;
  throw new RangeError(`${protocol} is not an IP protocol number: use a whole number from 0 to 255.`);
}
