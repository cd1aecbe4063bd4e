import type { ConnectionSet } from '../sets/connection-set';
import type { Fuzzy } from '../ends/end-addresses';
import type { EndClass } from '../ends/end-class';
import type { Region } from '../sets/region';
import type { Place } from '../../model/place';
import type { Direction } from '../../policies/direction';
import type { Policy } from '../../policies/policy';
import type { IndexSet } from '../sets/index-set';
import type { ContainerPort } from '../../model/workloads/workload';

export type Action = 'allow' | 'deny' | 'pass';

/** Some peers on some connections. A rule matches what any of its pieces matches. */
export interface Piece {
  readonly peers: Fuzzy<Region>;
  readonly connections: ConnectionSet;
}

/** A rule of any policy kind, as the evaluation needs it. `Log` rules are left out: they decide nothing. */
export interface CompiledRule {
  /** Index in the rule list of its policy and direction. */
  readonly index: number;
  readonly action: Action;
  readonly place: Place;
  /** Everybody it may speak of, whatever the connection. */
  readonly peers: readonly Fuzzy<Region>[];
  /** What it matches for a pod with these {@link ownPorts}. */
  pieces(own: readonly ContainerPort[]): readonly Piece[];
  /** The pod's own ports that the rule names (named ports of ingress rules); absent where it names none. */
  readonly ownPorts?: ((pod: EndClass) => readonly ContainerPort[]) | undefined;
  /** The selected pods it speaks of; absent: every pod the policy applies to. */
  readonly own?: Fuzzy<Region> | undefined;
}

/** A policy of any kind with what it selects. */
export interface CompiledPolicy {
  readonly policy: Policy;
  /** Pod classes it applies to. */
  readonly subject: IndexSet;
  /**
   * Known without a look at the compiled rules: they name no addresses and no ports by name. So they treat all selected
   * pods alike, and both IP versions, and leave nothing open.
   */
  readonly plain: boolean;
  /**
   * Equal for policies of its tier between which nothing decides: any of those that match a connection may be the one that
   * is asked. Absent where their order does.
   */
  readonly contest?: number | undefined;
  /** Directions it governs for them. */
  readonly directions: readonly Direction[];
  /** The rules of a direction, in order; worked out when first asked for. */
  readonly rules: (direction: Direction) => readonly CompiledRule[];
}

/** Policies in the order in which they are asked, and what happens to what none of them decides. */
export interface CompiledTier {
  readonly name: string;
  /** For an end to which a policy of the tier applies in that direction. `pass`: the next tier decides. */
  readonly endAction: 'deny' | 'pass';
  readonly policies: readonly CompiledPolicy[];
}
