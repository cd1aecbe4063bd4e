import type { EndClass, EndClasses } from '../ends/end-class';
import type { Layout } from '../ends/layout';
import { LaidPolicies } from './laid-policy';
import { layProgram, type LaidProgram } from './laid-program';
import { assignPrograms, type OrderedPolicy, type Program } from './program-assignment';
import type { CompiledTier } from '../rules/rule';
import { InternTable } from '../sets/intern-table';
import { SharedSteps } from './shared-steps';
import { StepTable, type Steps } from '../sets/steps';
import { sweepVerdicts } from './sweep-verdicts';
import type { FamilyVerdict } from './verdict';
import type { Direction } from '../../policies/direction';

/** What decides about each pod. */
export interface Programs {
  /** The program of a pod; undefined for a host. */
  of(end: EndClass, direction: Direction): Program | undefined;
  /** The policies that isolate the pods of a program: those in tiers that end in a deny. */
  isolating(program: Program): readonly OrderedPolicy[];
  endAction(policy: Pick<OrderedPolicy, 'tier'>): 'deny' | 'pass';
  /** What comes of connections to or from every slot: of both IP versions alike, as the slot is of one. */
  result(program: Program): Steps<FamilyVerdict>;
  /** Where {@link result} has its functions from. */
  readonly verdicts: StepTable<FamilyVerdict>;
}

/** Programs with more edges than this are put together policy by policy, as what they share is then worth keeping. */
const FEW_EDGES = 512;

/** Works programs out, sharing what they have in common. */
export class ProgramResults {
  readonly verdicts: StepTable<FamilyVerdict>;
  private readonly laidPolicies: LaidPolicies;
  private keptSharing: SharedSteps | undefined;
  private readonly results = new Map<Program, Steps<FamilyVerdict>>();
  private readonly byParts = new InternTable<Steps<FamilyVerdict>>();

  /**
   * @param endActions of the tiers
   * @param policyCount positions of policies are below it
   */
  constructor(
    private readonly endActions: readonly ('deny' | 'pass')[],
    private readonly policyCount: number,
    layout: Layout,
  ) {
    this.verdicts = new StepTable(layout.slotCount);
    this.laidPolicies = new LaidPolicies(layout);
  }

  isolating({ policies }: Program): readonly OrderedPolicy[] {
    return policies.filter((policy) => this.endAction(policy) === 'deny');
  }

  endAction({ tier }: Pick<OrderedPolicy, 'tier'>): 'deny' | 'pass' {
    return this.endActions[tier] ?? 'deny';
  }

  result(program: Program): Steps<FamilyVerdict> {
    const known = this.results.get(program);
    if (known !== undefined) return known;
    const laid = layProgram(program, this.laidPolicies, this.endActions);
    const result = this.byParts.get(laid.parts, () => this.settle(laid));
    this.results.set(program, result);
    return result;
  }

  private settle(laid: LaidProgram): Steps<FamilyVerdict> {
    if (laid.edgeCount <= FEW_EDGES) return sweepVerdicts(laid, this.verdicts);
    this.keptSharing ??= new SharedSteps(this.verdicts, this.policyCount);
    return this.keptSharing.verdicts(laid);
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
