import type { EndClass } from '../ends/end-class';
import type { Layout } from '../ends/layout';
import { isUniform, piecesFor, variantOf } from './own-pieces';
import { firstMatches } from './first-matches';
import type { OrderedPolicy } from './program-assignment';
import type { Action, CompiledPolicy } from '../rules/rule';
import type { ConnectionSet } from '../sets/connection-set';
import type { IndexSet } from '../sets/index-set';
import type { Direction } from '../../policies/direction';

/** One rule, or a part of it, as slots. */
export interface LaidPiece {
  readonly action: Action;
  readonly connections: ConnectionSet;
  /** Slots it may match; never empty. */
  readonly possible: IndexSet;
  /** Slots it surely matches; the same object where that is all of them. */
  readonly sure: IndexSet;
}

/** A policy as some pods meet it. */
export interface LaidPolicy {
  /** Among those of one {@link LaidPolicies}. */
  readonly id: number;
  /** In the order of its rules; empty where no rule matches anybody. */
  readonly pieces: readonly LaidPiece[];
  /** Of the slots of all pieces. */
  readonly edgeCount: number;
}

const NOTHING: LaidPolicy = { id: -3, pieces: [], edgeCount: 0 };

/** Lays policies out on slots, each once for all pods that it treats alike. */
export class LaidPolicies {
  private readonly uniform: Readonly<Record<Direction, Map<CompiledPolicy, LaidPolicy>>> = {
    ingress: new Map(),
    egress: new Map(),
  };
  /** Of the others, by direction, position and what tells pods apart. */
  private readonly varied = new Map<string, LaidPolicy>();
  /** Of several between which nothing decides, by their ids. */
  private readonly any = new Map<string, LaidPolicy>();
  private count = 0;

  constructor(private readonly layout: Layout) {}

  of({ compiled, position }: OrderedPolicy, direction: Direction, pod: EndClass): LaidPolicy {
    const known = this.uniform[direction].get(compiled);
    if (known !== undefined) return known;
    if (isUniform(compiled, direction)) {
      const laid = this.lay(compiled, direction, pod);
      this.uniform[direction].set(compiled, laid);
      return laid;
    }
    const key = `${direction} ${position} ${variantOf(compiled, direction, pod)}`;
    const variant = this.varied.get(key) ?? this.lay(compiled, direction, pod);
    this.varied.set(key, variant);
    return variant;
  }

  /**
   * Policies any of which may be asked first, as one: those after the first may decide before it, and when none of them has
   * it is asked, and they after it. So what may come out is what any of them decides, and what all agree on is certain.
   */
  ofAny(policies: readonly LaidPolicy[]): LaidPolicy {
    const rivals = policies.filter(({ pieces }) => pieces.length > 0);
    const [first, ...others] = rivals;
    if (others.length === 0) return first ?? NOTHING;
    const key = rivals.map(({ id }) => id).join(',');
    const known = this.any.get(key);
    if (known !== undefined) return known;
    const pieces = [
      ...others.flatMap((rival) => firstMatches(rival.pieces)),
      ...rivals.flatMap((rival) => rival.pieces),
    ];
    const laid = { id: this.count++, pieces, edgeCount: edgesIn(pieces) };
    this.any.set(key, laid);
    return laid;
  }

  private lay(compiled: CompiledPolicy, direction: Direction, pod: EndClass): LaidPolicy {
    const pieces: LaidPiece[] = [];
    for (const { rule, peers, connections } of piecesFor(compiled, direction, pod)) {
      const possible = this.layout.slots(peers.possible);
      if (possible.isEmpty) continue;
      const sure = peers.sure === peers.possible ? possible : this.layout.slots(peers.sure);
      pieces.push({ action: rule.action, connections, possible, sure });
    }
    return { id: this.count++, pieces, edgeCount: edgesIn(pieces) };
  }
}

function edgesIn(pieces: readonly LaidPiece[]): number {
  let count = 0;
  for (const { possible, sure } of pieces)
    count += possible.edges.length + (sure === possible ? 0 : sure.edges.length);
  return count;
}
