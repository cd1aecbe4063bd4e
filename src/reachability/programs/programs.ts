import type { EndClass, EndClasses } from '../ends/end-class';
import type { Layout } from '../ends/layout';
import { additiveSteps } from './additive-steps';
import { isUniform, piecesFor, policySteps, variantOf } from './policy-steps';
import { assignPrograms, type OrderedPolicy, type Program } from './program-assignment';
import type { CompiledPolicy, CompiledTier } from '../rules/rule';
import { StepTable, type Steps } from '../sets/steps';
import { Transfer } from './transfer';
import { MemoTable } from '../sets/memo-table';
import type { Direction } from '../../policies/direction';

/** What decides about each pod. */
export interface Programs {
  /** The program of a pod; undefined for a host. */
  of(end: EndClass, direction: Direction): Program | undefined;
  /** The policies that isolate the pods of a program: those in tiers that end in a deny. */
  isolating(program: Program): readonly OrderedPolicy[];
  endAction(policy: OrderedPolicy): 'deny' | 'pass';
  /** What the program does with connections to or from every slot. */
  result(program: Program): Steps<Transfer>;
}

/** Works programs out, sharing what they have in common. */
export class ProgramResults {
  private readonly table: StepTable<Transfer>;
  /** What no policy at all does. */
  private readonly identity: Steps<Transfer>;
  /** Of policies that treat all selected pods alike, by direction and policy. */
  private readonly uniform = new Map<Direction, Map<CompiledPolicy, Steps<Transfer>>>();
  /** Of the others, by direction, position and what tells pods apart. */
  private readonly varied = new Map<string, Steps<Transfer>>();
  private readonly results = new Map<Program, Steps<Transfer>>();
  private readonly sequences = new MemoTable<Steps<Transfer>>();
  private readonly ended = new MemoTable<Steps<Transfer>>();

  /**
   * @param endActions of the tiers
   * @param policyCount positions of policies are below it
   */
  constructor(
    private readonly endActions: readonly ('deny' | 'pass')[],
    private readonly policyCount: number,
    private readonly layout: Layout,
  ) {
    this.table = new StepTable(layout.slotCount);
    this.identity = this.table.constant(Transfer.IDENTITY);
  }

  isolating({ policies }: Program): readonly OrderedPolicy[] {
    return policies.filter((policy) => this.endAction(policy) === 'deny');
  }

  endAction({ tier }: OrderedPolicy): 'deny' | 'pass' {
    return this.endActions[tier] ?? 'deny';
  }

  result(program: Program): Steps<Transfer> {
    const known = this.results.get(program);
    if (known !== undefined) return known;
    const result = this.addUp(program) ?? this.compose(program);
    this.results.set(program, result);
    return result;
  }

  /** The short way for most programs. */
  private addUp(program: Program): Steps<Transfer> | undefined {
    const { policies } = program;
    const [first] = policies;
    const last = policies[policies.length - 1];
    if (first === undefined || first.tier !== last?.tier || this.endAction(first) !== 'deny')
      return undefined;
    return additiveSteps(program, this.layout, this.table);
  }

  private compose(program: Program): Steps<Transfer> {
    let result = this.identity;
    for (let start = 0; start < program.policies.length;) {
      const tier = program.policies[start]?.tier ?? 0;
      let end = start;
      while (end < program.policies.length && program.policies[end]?.tier === tier) end++;
      const steps = this.sequence(program, start, end, 0, this.policyCount);
      result = this.then(result, this.endTier(steps, this.endActions[tier] ?? 'deny'));
      start = end;
    }
    return result;
  }

  private endTier(steps: Steps<Transfer>, endAction: 'deny' | 'pass'): Steps<Transfer> {
    return this.ended.get(steps.id, endAction === 'deny' ? 0 : 1, () =>
      this.table.map(steps, (transfer) => transfer.endTier(endAction)),
    );
  }

  /**
   * The policies `start` to `end` (excluded) of the program one after the other; all of them stand between the positions
   * `low` and `high`. Halving positions, not lists, makes programs that differ in a few policies share the rest.
   */
  private sequence(program: Program, start: number, end: number, low: number, high: number): Steps<Transfer> {
    const first = program.policies[start];
    if (first === undefined || start >= end) return this.identity;
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
    if (a === this.identity) return b;
    if (b === this.identity) return a;
    return this.sequences.get(a.id, b.id, () => this.table.zip(a, b, (left, right) => left.then(right)));
  }

  private leaf(program: Program, { position, compiled }: OrderedPolicy): Steps<Transfer> {
    const { direction, pod } = program;
    if (isUniform(compiled, direction)) return this.uniformLeaf(program, compiled);
    const key = `${direction} ${position} ${variantOf(compiled, direction, pod)}`;
    const known = this.varied.get(key);
    if (known !== undefined) return known;
    const steps = policySteps(piecesFor(compiled, direction, pod), this.layout, this.table);
    this.varied.set(key, steps);
    return steps;
  }

  private uniformLeaf({ direction, pod }: Program, compiled: CompiledPolicy): Steps<Transfer> {
    let leaves = this.uniform.get(direction);
    if (leaves === undefined)
      this.uniform.set(direction, (leaves = new Map<CompiledPolicy, Steps<Transfer>>()));
    const known = leaves.get(compiled);
    if (known !== undefined) return known;
    const steps = policySteps(piecesFor(compiled, direction, pod), this.layout, this.table);
    leaves.set(compiled, steps);
    return steps;
  }
}

/** The programs of all pods of a model. */
export class IndexedPrograms extends ProgramResults implements Programs {
  private readonly ordered: readonly OrderedPolicy[];
  private readonly byPod = new Map<Direction, readonly Program[]>();

  constructor(
    tiers: readonly CompiledTier[],
    private readonly ends: EndClasses,
    layout: Layout,
  ) {
    const flat = tiers.flatMap(({ policies }, tier) => policies.map((compiled) => ({ tier, compiled })));
    super(
      tiers.map(({ endAction }) => endAction),
      flat.length,
      layout,
    );
    this.ordered = flat.map((entry, position) => ({ ...entry, position }));
  }

  of(end: EndClass, direction: Direction): Program | undefined {
    let programs = this.byPod.get(direction);
    if (programs === undefined) {
      programs = assignPrograms(this.ordered, this.ends, direction);
      this.byPod.set(direction, programs);
    }
    return programs[end.index];
  }
}
