import { ConnectionSet, PROTOCOL } from '../sets/connection-set';
import { InternTable } from '../sets/intern-table';
import { MemoTable } from '../sets/memo-table';
import type { Verdict } from '../reachability';

/** A verdict; equal ones are the same object. */
export class SetVerdict implements Verdict {
  private static readonly interned = new InternTable<SetVerdict>();
  private static readonly joined = new MemoTable<SetVerdict>();
  private static readonly opened = new MemoTable<SetVerdict>();
  private static readonly closed = new MemoTable<SetVerdict>();

  static readonly NONE = SetVerdict.of(ConnectionSet.NONE, ConnectionSet.NONE);
  static readonly ALL = SetVerdict.of(ConnectionSet.ALL, ConnectionSet.NONE);

  private inBoth: FamilyVerdict | undefined;

  private constructor(
    readonly id: number,
    readonly allowed: ConnectionSet,
    readonly undecided: ConnectionSet,
  ) {}

  static of(allowed: ConnectionSet, undecided: ConnectionSet): SetVerdict {
    const { interned } = SetVerdict;
    return interned.get([allowed.id, undecided.id], () => new SetVerdict(interned.size, allowed, undecided));
  }

  /** From what may be allowed and what may be denied. */
  static between(mayAllow: ConnectionSet, mayDeny: ConnectionSet): SetVerdict {
    return SetVerdict.of(mayAllow.subtract(mayDeny), mayAllow.intersect(mayDeny));
  }

  get possible(): ConnectionSet {
    return this.allowed.union(this.undecided);
  }

  /** Both must let through: egress of one end and ingress of the other. */
  and(other: SetVerdict): SetVerdict {
    if (this === other || other === SetVerdict.ALL) return this;
    if (this === SetVerdict.ALL) return other;
    return SetVerdict.joined.get(this.id, other.id, () => {
      const allowed = this.allowed.intersect(other.allowed);
      return SetVerdict.of(allowed, this.possible.intersect(other.possible).subtract(allowed));
    });
  }

  /** One of the two, nobody knows which. */
  either(other: SetVerdict): SetVerdict {
    if (this === other) return this;
    const allowed = this.allowed.intersect(other.allowed);
    return SetVerdict.of(allowed, this.possible.union(other.possible).subtract(allowed));
  }

  /** The other verdict on these connections, this one on all others. */
  replacedOn(connections: ConnectionSet, by: SetVerdict): SetVerdict {
    if (connections.isAll) return by;
    if (by === SetVerdict.ALL)
      return SetVerdict.opened.get(this.id, connections.id, () =>
        SetVerdict.of(this.allowed.union(connections), this.undecided.subtract(connections)),
      );
    if (by === SetVerdict.NONE)
      return SetVerdict.closed.get(this.id, connections.id, () =>
        SetVerdict.of(this.allowed.subtract(connections), this.undecided.subtract(connections)),
      );
    return SetVerdict.of(
      this.allowed.subtract(connections).union(by.allowed.intersect(connections)),
      this.undecided.subtract(connections).union(by.undecided.intersect(connections)),
    );
  }

  /** The same for packets of either IP version. */
  get forBoth(): FamilyVerdict {
    return (this.inBoth ??= FamilyVerdict.of(this, this));
  }

  /** The same, without some connections. */
  without(connections: ConnectionSet): SetVerdict {
    return this.replacedOn(connections, SetVerdict.NONE);
  }

  /** The same, with everything denied open instead. */
  withDeniedOpen(): SetVerdict {
    return SetVerdict.of(this.allowed, ConnectionSet.ALL.subtract(this.allowed));
  }
}

/** Which IP versions an end speaks: 1 IPv4, 2 IPv6, 3 either. */
export type FamilyMask = 1 | 2 | 3;

const ICMP = ConnectionSet.allPorts(PROTOCOL.icmp);
const ICMPV6 = ConnectionSet.allPorts(PROTOCOL.icmpv6);
const BOTH = ConnectionSet.ALL.subtract(ICMP).subtract(ICMPV6);

/** A verdict for packets of each IP version; equal ones are the same object. */
export class FamilyVerdict {
  private static readonly interned = new InternTable<FamilyVerdict>();
  private static readonly joined = new MemoTable<FamilyVerdict>();

  private constructor(
    readonly id: number,
    readonly four: SetVerdict,
    readonly six: SetVerdict,
  ) {}

  static of(four: SetVerdict, six: SetVerdict): FamilyVerdict {
    const { interned } = FamilyVerdict;
    return interned.get([four.id, six.id], () => new FamilyVerdict(interned.size, four, six));
  }

  get isNone(): boolean {
    return this.four === SetVerdict.NONE && this.six === SetVerdict.NONE;
  }

  and(other: FamilyVerdict): FamilyVerdict {
    if (this === other) return this;
    return FamilyVerdict.joined.get(this.id, other.id, () =>
      FamilyVerdict.of(this.four.and(other.four), this.six.and(other.six)),
    );
  }

  /**
   * The verdict for ends that speak these versions. ICMP always travels in IPv4 and ICMPv6 in IPv6; of the rest, what
   * the versions disagree on is undecided when both may be used.
   */
  for(mask: FamilyMask): SetVerdict {
    if (this.four === this.six) return this.four;
    const rest = mask === 1 ? this.four : mask === 2 ? this.six : this.four.either(this.six);
    const mix = (pick: (verdict: SetVerdict) => ConnectionSet): ConnectionSet =>
      pick(this.four)
        .intersect(ICMP)
        .union(pick(this.six).intersect(ICMPV6))
        .union(pick(rest).intersect(BOTH));
    return SetVerdict.of(
      mix(({ allowed }) => allowed),
      mix(({ undecided }) => undecided),
    );
  }
}
