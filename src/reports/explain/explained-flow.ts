import type { Direction } from '../../policies/direction';
import type { Explanation, Peer } from '../../reachability/reachability';

/** One connection with the reasons for its verdict. */
export interface ExplainedFlow {
  readonly from: Peer;
  readonly to: Peer;
  /** IP protocol number. */
  readonly protocol: number;
  /** 0 to 65535; for ICMP `type * 256 + code`; 0 for protocols without ports. */
  readonly port: number;
  readonly explanation: Explanation;
  /** When denied: the smallest intent or rule that would allow it. */
  readonly mend?: string | undefined;
  /** When undecided: the facts that are missing. */
  readonly reason?: string | undefined;
}

/** The end whose policies speak in a direction, and the other one. */
export function endsOf(
  { from, to }: Pick<ExplainedFlow, 'from' | 'to'>,
  direction: Direction,
): { readonly self: Peer; readonly other: Peer } {
  return direction === 'egress' ? { self: from, other: to } : { self: to, other: from };
}
