import { ConnectionSet } from '../sets/connection-set';
import { InternTable } from '../sets/intern-table';
import { MemoTable } from '../sets/memo-table';
import type { Action } from '../rules/rule';
import { SetVerdict } from './verdict';

/**
 * What some policies do with the connections of one pair of ends. Where the manifests leave open whether a rule
 * matches, a connection may be in several of the sets; one that is in a single set is decided. Equal transfers are the
 * same object.
 */
export class Transfer {
  private static readonly interned = new InternTable<Transfer>();
  private static readonly sequences = new MemoTable<Transfer>();
  private static readonly settlements = new MemoTable<SetVerdict>();

  /** Nothing is decided: everything goes on. */
  static readonly IDENTITY = Transfer.of(
    ConnectionSet.NONE,
    ConnectionSet.NONE,
    ConnectionSet.NONE,
    ConnectionSet.ALL,
  );

  private constructor(
    readonly id: number,
    /** Connections that may be allowed here. */
    readonly allowed: ConnectionSet,
    readonly denied: ConnectionSet,
    /** Those that may leave the tier here by a Pass. */
    readonly passed: ConnectionSet,
    /** Those that may meet no matching rule. */
    readonly rest: ConnectionSet,
  ) {}

  static of(
    allowed: ConnectionSet,
    denied: ConnectionSet,
    passed: ConnectionSet,
    rest: ConnectionSet,
  ): Transfer {
    const { interned } = Transfer;
    return interned.get(
      [allowed.id, denied.id, passed.id, rest.id],
      () => new Transfer(interned.size, allowed, denied, passed, rest),
    );
  }

  /** First this, then the other on what is left. */
  then(other: Transfer): Transfer {
    if (other === Transfer.IDENTITY) return this;
    if (this === Transfer.IDENTITY) return other;
    return Transfer.sequences.get(this.id, other.id, () =>
      Transfer.of(
        this.allowed.union(other.allowed.intersect(this.rest)),
        this.denied.union(other.denied.intersect(this.rest)),
        this.passed.union(other.passed.intersect(this.rest)),
        other.rest.intersect(this.rest),
      ),
    );
  }

  /**
   * What comes of the connections when this decides first.
   *
   * @param rest the verdict on what meets no matching rule here
   * @param passed the verdict on what leaves the tier by a Pass: that of the next tier
   */
  settle(rest: SetVerdict, passed: SetVerdict): SetVerdict {
    // Where no tier follows, what passes is allowed: most transfers are settled so, and many alike.
    if (passed !== SetVerdict.ALL) return this.settled(rest, passed);
    return Transfer.settlements.get(this.id, rest.id, () => this.settled(rest, passed));
  }

  private settled(rest: SetVerdict, passed: SetVerdict): SetVerdict {
    const denied = ({ allowed }: SetVerdict): ConnectionSet => ConnectionSet.ALL.subtract(allowed);
    return SetVerdict.between(
      this.allowed.union(this.passed.intersect(passed.possible)).union(this.rest.intersect(rest.possible)),
      this.denied.union(this.passed.intersect(denied(passed))).union(this.rest.intersect(denied(rest))),
    );
  }
}

/** One rule against one pair of ends. */
export interface Match {
  readonly action: Action;
  readonly connections: ConnectionSet;
  /** Whether it matches for certain; else it may. */
  readonly sure: boolean;
}

/** The rules of one policy, one after the other. */
export function transferOf(matches: readonly Match[]): Transfer {
  const into = { allow: ConnectionSet.NONE, deny: ConnectionSet.NONE, pass: ConnectionSet.NONE };
  let rest = ConnectionSet.ALL;
  for (const { action, connections, sure } of matches) {
    into[action] = into[action].union(rest.intersect(connections));
    if (sure) rest = rest.subtract(connections);
  }
  return Transfer.of(into.allow, into.deny, into.pass, rest);
}
