import type { EndClass, EndClasses } from './end-class';
import type { Layout } from './layout';
import { isUniform, piecesFor, policySteps, variantOf } from './policy-steps';
import type { CompiledPolicy, CompiledTier } from './rule';
import { StepTable, type Steps } from './steps';
import { Transfer } from './transfer';
import { MemoTable } from './memo-table';
import type { Direction } from '../policies/direction';

/** A policy in the one order of all policies. */
export interface OrderedPolicy {
  readonly position: number;
  readonly tier: number;
  readonly compiled: CompiledPolicy;
}

/** What decides about one direction of some pods: the same policies with the same effect. */
export interface Program {
  readonly direction: Direction;
  /** In order of evaluation; empty for a pod that no policy concerns. */
  readonly policies: readonly OrderedPolicy[];
  /** One of the pods; the effect is the same for all of them. */
  readonly pod: EndClass;
  /** Names the program among those of its direction. */
  readonly key: string;
}

/** Finds the program of every pod, and works programs out, sharing what they have in common. */
export class Programs {
  private readonly ordered: readonly OrderedPolicy[];
  private readonly byPod: Readonly<Record<Direction, readonly Program[]>>;
  private readonly table: StepTable<Transfer>;
  private readonly leaves = new Map<string, Steps<Transfer>>();
  private readonly results = new Map<Program, Steps<Transfer>>();
  private readonly sequences = new MemoTable<Steps<Transfer>>();

  constructor(
    private readonly tiers: readonly CompiledTier[],
    private readonly ends: EndClasses,
    private readonly layout: Layout,
  ) {
    this.table = new StepTable(layout.slotCount);
    const flat = tiers.flatMap(({ policies }, tier) => policies.map((compiled) => ({ tier, compiled })));
    this.ordered = flat.map((entry, position) => ({ ...entry, position }));
    this.byPod = { ingress: this.assign('ingress'), egress: this.assign('egress') };
  }

  /** The program of a pod; undefined for a host. */
  of(end: EndClass, direction: Direction): Program | undefined {
    return this.byPod[direction][end.index];
  }

  /** The policies that isolate the pods of a program: those in tiers that end in a deny. */
  isolating({ policies }: Program): readonly OrderedPolicy[] {
    return policies.filter(({ tier }) => this.tiers[tier]?.endAction === 'deny');
  }

  endAction({ tier }: OrderedPolicy): 'deny' | 'pass' {
    return this.tiers[tier]?.endAction ?? 'deny';
  }

  /** What the program does with connections to or from every slot. */
  result(program: Program): Steps<Transfer> {
    const known = this.results.get(program);
    if (known !== undefined) return known;
    const result = this.compose(program);
    this.results.set(program, result);
    return result;
  }

  private compose(program: Program): Steps<Transfer> {
    let result = this.table.constant(Transfer.IDENTITY);
    for (let start = 0; start < program.policies.length;) {
      const tier = program.policies[start]?.tier ?? 0;
      let end = start;
      while (end < program.policies.length && program.policies[end]?.tier === tier) end++;
      const steps = this.sequence(program, start, end, 0, this.ordered.length);
      const endAction = this.tiers[tier]?.endAction ?? 'deny';
      result = this.then(
        result,
        this.table.map(steps, (transfer) => transfer.endTier(endAction)),
      );
      start = end;
    }
    return result;
  }

  /**
   * The policies `start` to `end` (excluded) of the program one after the other; all of them stand between the positions
   * `low` and `high`. Halving positions, not lists, makes programs that differ in a few policies share the rest.
   */
  private sequence(program: Program, start: number, end: number, low: number, high: number): Steps<Transfer> {
    const first = program.policies[start];
    if (first === undefined || start >= end) return this.table.constant(Transfer.IDENTITY);
    if (end - start === 1) return this.leaf(program, first);
    const middle = (low + high) >>> 1;
    let split = start;
    while (split < end && (program.policies[split]?.position ?? high) < middle) split++;
    return this.then(
      this.sequence(program, start, split, low, middle),
      this.sequence(program, split, end, middle, high),
    );
  }

  private then(a: Steps<Transfer>, b: Steps<Transfer>): Steps<Transfer> {
    return this.sequences.get(a.id, b.id, () => this.table.zip(a, b, (left, right) => left.then(right)));
  }

  private leaf({ direction, pod }: Program, { position, compiled }: OrderedPolicy): Steps<Transfer> {
    const key = `${direction} ${position} ${variantOf(compiled, direction, pod)}`;
    const known = this.leaves.get(key);
    if (known !== undefined) return known;
    const steps = policySteps(piecesFor(compiled, direction, pod), this.layout, this.table);
    this.leaves.set(key, steps);
    return steps;
  }

  /** Sweeps over the pods in order with the policies that apply to them. */
  private assign(direction: Direction): Program[] {
    const programs: Program[] = [];
    const known = new Map<string, Program>();
    for (const { start, end, policies } of this.stretches(direction)) {
      const list = policies.map(({ position }) => position).join(',');
      const varied = policies.filter(({ compiled }) => !isUniform(compiled, direction));
      for (let index = start; index < end; index++) {
        const pod = this.ends.classes[index];
        if (pod === undefined) break;
        const variants = varied.map(({ compiled }) => variantOf(compiled, direction, pod));
        const key = variants.length === 0 ? list : JSON.stringify([list, ...variants]);
        const program = known.get(key) ?? { direction, policies, pod, key };
        known.set(key, program);
        programs.push(program);
      }
    }
    return programs;
  }

  /** Neighbouring pods to which the same policies apply. */
  private *stretches(direction: Direction): Generator<Stretch> {
    const events: (readonly [number, OrderedPolicy])[] = [];
    for (const ordered of this.ordered) {
      if (!ordered.compiled.directions.includes(direction)) continue;
      for (const edge of ordered.compiled.subject.edges) events.push([edge, ordered]);
    }
    events.sort(([a], [b]) => a - b);
    const active = new Set<OrderedPolicy>();
    let start = 0;
    for (const [edge, ordered] of [...events, undefined].map(
      (event) => event ?? ([this.ends.podCount, undefined] as const),
    )) {
      if (edge > start) yield { start, end: edge, policies: inOrder(active) };
      start = Math.max(start, edge);
      if (ordered !== undefined && !active.delete(ordered)) active.add(ordered);
    }
  }
}

interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly policies: readonly OrderedPolicy[];
}

function inOrder(policies: Iterable<OrderedPolicy>): OrderedPolicy[] {
  return [...policies].sort((a, b) => a.position - b.position);
}
