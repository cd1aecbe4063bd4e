import { ConnectionSet } from './sets/connection-set';
import { Evaluation } from './evaluate';
import { IndexSet } from './sets/index-set';
import type { Layout } from './ends/layout';
import { addPieces, type OwnPiece } from './programs/own-pieces';
import type { Program } from './programs/program-assignment';
import type { Programs } from './programs/programs';
import { byRivals } from './programs/rivals';
import type { Reachability } from './reachability';
import type { Action, CompiledRule } from './rules/rule';
import { piecesWithin, StepTable, type Steps } from './sets/steps';
import { DIRECTIONS, type Direction } from '../policies/direction';
import type { Policy } from '../policies/policy';

/**
 * What a rule does for the pods of the model that its policy applies to.
 *
 * - `decides`: some connection may have another verdict without it.
 * - `repeated`: it matches something, and other rules with the same action decide all of that without it.
 * - `shadowed`: it matches something, and rules before it, some with another action, decide all of that.
 * - `idle`: it matches nothing in the model.
 */
export type RuleEffect = 'decides' | 'repeated' | 'shadowed' | 'idle';

/** A rule that changes no verdict, though it matches something. */
export interface IneffectiveRule {
  readonly policy: Policy;
  readonly direction: Direction;
  readonly rule: CompiledRule;
  readonly effect: 'repeated' | 'shadowed';
  /** Policies with rules that decide it in its stead, for some of the pods; sorted as they are evaluated. */
  readonly by: readonly Policy[];
}

/** Programs with more rules are not judged: each rule is compared with all before it. */
const MOST_RULES = 2000;

/**
 * The rules that change no verdict of the model, by evaluation and not by their text. What is not certain counts for
 * the rule. Of rules that repeat each other, the one that is evaluated first is kept: all that are returned can go
 * together, and no verdict changes.
 *
 * @throws TypeError when the answers are not from `evaluate`
 */
export function ineffectiveRules(reachability: Reachability): readonly IneffectiveRule[] {
  if (!(reachability instanceof Evaluation))
    throw new TypeError('ineffectiveRules needs what evaluate has returned.');
  const known = judged.get(reachability);
  if (known !== undefined) return known;
  const found = DIRECTIONS.flatMap((direction) => new Judge(reachability, direction).ineffective());
  judged.set(reachability, found);
  return found;
}

/**
 * Whether a policy that decides selects no pod of the model; false for one that does not decide, as when another network
 * plugin would have to enforce it.
 *
 * @throws TypeError when the answers are not from `evaluate`
 */
export function selectsNoPod(reachability: Reachability, policy: Policy): boolean {
  if (!(reachability instanceof Evaluation))
    throw new TypeError('selectsNoPod needs what evaluate has returned.');
  return reachability.engine.compiled(policy)?.subject.isEmpty === true;
}

const judged = new WeakMap<Evaluation, readonly IneffectiveRule[]>();

/** A rule of a program, with what it matches there. */
interface Entry {
  readonly policy: Policy;
  readonly tier: number;
  readonly rule: CompiledRule;
  readonly pieces: readonly OwnPiece[];
  /** Whether rules of other policies may as well be asked before it, or not at all: nothing is said of it then. */
  readonly contested: boolean;
}

interface Opinion {
  readonly policy: Policy;
  readonly rule: CompiledRule;
  effect: RuleEffect;
  by: readonly Policy[];
}

class Judge {
  private readonly table: StepTable<ConnectionSet>;
  private readonly none: Steps<ConnectionSet>;
  private readonly layout: Layout;
  private readonly programs: Programs;
  private readonly opinions = new Map<CompiledRule, Opinion>();
  /** Rules that are evaluated among others that do not just allow. */
  private readonly ordered = new Set<CompiledRule>();

  constructor(
    { engine }: Evaluation,
    private readonly direction: Direction,
  ) {
    this.layout = engine.layout;
    this.programs = engine.programs;
    this.table = new StepTable(engine.layout.slotCount);
    this.none = this.table.constant(ConnectionSet.NONE);
    const programs = new Set(engine.ends.podClasses.flatMap((end) => this.programs.of(end, direction) ?? []));
    const additive: Program[] = [];
    for (const program of programs) {
      const entries = entriesOf(program);
      this.forwards(program, entries);
      if (entries.every(({ rule, tier }) => rule.action === 'allow' && tier === entries[0]?.tier))
        additive.push(program);
      else for (const { rule } of entries) this.ordered.add(rule);
    }
    this.backwards(additive);
  }

  ineffective(): IneffectiveRule[] {
    const { direction } = this;
    return [...this.opinions.values()].flatMap(({ policy, rule, effect, by }) =>
      effect === 'repeated' || effect === 'shadowed' ? [{ policy, direction, rule, effect, by }] : [],
    );
  }

  /** Each rule against those before it. */
  private forwards(program: Program, entries: readonly Entry[]): void {
    if (entries.length > MOST_RULES) {
      for (const entry of entries) note(this.opinions, entry, 'decides', []);
      return;
    }
    this.walk(entries, this.opinions, (tier) => this.endsInDeny(program, tier));
  }

  /** Judges the rules that are not known to decide, by what the rules before them decide where these match. */
  private walk(
    entries: readonly Entry[],
    opinions: Map<CompiledRule, Opinion>,
    endsInDeny: (tier: number) => boolean,
  ): void {
    const open = new Set(entries.filter(({ rule }) => opinions.get(rule)?.effect !== 'decides'));
    if (open.size === 0) return;
    const domain = IndexSet.unionOf(
      [...open].flatMap(({ pieces }) => pieces.map(({ peers }) => this.layout.slots(peers.possible))),
    );
    const walk = new Walk(this.table, this.layout, this.none, domain);
    let tier = entries[0]?.tier;
    for (const entry of entries) {
      if (tier !== undefined && entry.tier !== tier) walk.endTier(endsInDeny(tier));
      tier = entry.tier;
      if (open.delete(entry)) note(opinions, entry, ...walk.judge(entry, entries));
      if (open.size === 0) return;
      walk.take(entry);
    }
  }

  /** Whether what no rule of the tier decides is denied at its end. */
  private endsInDeny({ policies }: Program, tier: number): boolean {
    return policies.some((policy) => policy.tier === tier && this.programs.endAction(policy) === 'deny');
  }

  /** Each rule against those after it, where their order says nothing; rules that go already keep none from going. */
  private backwards(additive: readonly Program[]): void {
    const later = new Map<CompiledRule, Opinion>();
    for (const program of additive) {
      const kept = entriesOf(program)
        .filter(({ rule }) => this.opinions.get(rule)?.effect === 'decides')
        .reverse();
      if (kept.length > MOST_RULES) for (const entry of kept) note(later, entry, 'decides', []);
      else this.walk(kept, later, () => true);
    }
    for (const [rule, opinion] of later)
      if (opinion.effect === 'repeated' && !this.ordered.has(rule)) this.opinions.set(rule, opinion);
  }
}

const WEIGHT: Readonly<Record<RuleEffect, number>> = { idle: 0, repeated: 1, shadowed: 2, decides: 3 };

/** What holds for any of the pods holds for the rule. */
function note(
  opinions: Map<CompiledRule, Opinion>,
  { policy, rule }: Entry,
  effect: RuleEffect,
  by: readonly Policy[],
): void {
  const known = opinions.get(rule);
  if (known === undefined) opinions.set(rule, { policy, rule, effect, by });
  else if (WEIGHT[effect] > WEIGHT[known.effect]) {
    known.effect = effect;
    known.by = by;
  }
}

/** The rules of a program in order. */
function entriesOf({ policies, direction, pod }: Program): Entry[] {
  const contested = new Set([...byRivals(policies, direction)].filter(({ length }) => length > 1).flat());
  return policies.flatMap((ordered) => {
    const { tier, compiled } = ordered;
    const pieces: OwnPiece[] = [];
    addPieces(pieces, compiled, direction, pod);
    return compiled.rules(direction).map((rule) => ({
      policy: compiled.policy,
      tier,
      rule,
      pieces: pieces.filter((piece) => piece.rule === rule),
      contested: contested.has(ordered),
    }));
  });
}

/** What the rules so far decide for certain. */
class Walk {
  private readonly decided: Record<Action, Steps<ConnectionSet>>;
  private taken: Steps<ConnectionSet>;

  constructor(
    private readonly table: StepTable<ConnectionSet>,
    private readonly layout: Layout,
    private readonly none: Steps<ConnectionSet>,
    /** Where it matters what is decided. */
    private readonly domain: IndexSet,
  ) {
    this.decided = { allow: none, deny: none, pass: none };
    this.taken = none;
  }

  judge(entry: Entry, entries: readonly Entry[]): [RuleEffect, readonly Policy[]] {
    const { pieces, rule, contested } = entry;
    if (contested) return ['decides', []];
    if (pieces.every(({ peers }) => this.layout.slots(peers.possible).isEmpty)) return ['idle', []];
    if (!this.covers(this.taken, pieces)) return ['decides', []];
    const effect = this.covers(this.decided[rule.action], pieces) ? 'repeated' : 'shadowed';
    return [effect, this.deciders(entry, entries)];
  }

  private covers(steps: Steps<ConnectionSet>, pieces: readonly OwnPiece[]): boolean {
    for (const { peers, connections } of pieces)
      for (const { value } of piecesWithin(steps, this.layout.slots(peers.possible)))
        if (!connections.subtract(value).isEmpty) return false;
    return true;
  }

  /** The policies whose rules, as far as they have been gone through, have something in common with this one. */
  private deciders(entry: Entry, entries: readonly Entry[]): readonly Policy[] {
    const own = entry.pieces.map(({ peers, connections }) => ({
      slots: this.layout.slots(peers.possible),
      connections,
    }));
    const before = entries.slice(0, entries.indexOf(entry)).filter(({ pieces }) =>
      pieces.some(({ peers, connections }) => {
        const slots = this.layout.slots(peers.sure);
        return own.some(
          (piece) =>
            !piece.connections.intersect(connections).isEmpty && !piece.slots.intersect(slots).isEmpty,
        );
      }),
    );
    return [...new Set(before.map(({ policy }) => policy))];
  }

  take({ rule, pieces, contested }: Entry): void {
    if (contested) return;
    const matched = pieces.map(({ peers, connections }) =>
      this.stepsOf(this.layout.slots(peers.sure).intersect(this.domain), connections),
    );
    for (const steps of matched) {
      if (steps === this.none) continue;
      const fresh = this.table.zip(steps, this.taken, (all, before) => all.subtract(before));
      this.decided[rule.action] = this.union(this.decided[rule.action], fresh);
      this.taken = this.union(this.taken, steps);
    }
  }

  /** What was passed on is open again for the rules of the next tier; the rest is denied if the tier ends so. */
  endTier(deny: boolean): void {
    if (deny) {
      const rest = this.table.map(this.taken, (taken) => ConnectionSet.ALL.subtract(taken));
      this.decided.deny = this.union(this.decided.deny, rest);
    }
    this.decided.pass = this.none;
    this.taken = this.union(this.decided.allow, this.decided.deny);
  }

  private stepsOf({ edges, isEmpty }: IndexSet, connections: ConnectionSet): Steps<ConnectionSet> {
    if (isEmpty) return this.none;
    const values = edges.map((_, index) => (index % 2 === 0 ? connections : ConnectionSet.NONE));
    return edges[0] === 0
      ? this.table.of(edges, values)
      : this.table.of([0, ...edges], [ConnectionSet.NONE, ...values]);
  }

  private union(a: Steps<ConnectionSet>, b: Steps<ConnectionSet>): Steps<ConnectionSet> {
    return b === this.none ? a : this.table.zip(a, b, (left, right) => left.union(right));
  }
}
