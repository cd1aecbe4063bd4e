import type { AddressSpace } from '../ends/address-space';
import type { ChangedClasses } from './changed-classes';
import type { CompileContext } from '../rules/compile-context';
import { policyRanks } from '../rules/composition';
import { Doubts } from '../doubts';
import type { EndClass } from '../ends/end-class';
import { addressRanges, type Engine, type WholeEngine } from '../engine';
import { familySensitivity, mayTellFamiliesApart } from './family-sensitivity';
import { IndexSet } from '../sets/index-set';
import { familyMask, Layout } from '../ends/layout';
import type { Model } from './model-change';
import { addressSetsIn } from '../ends/named-addresses';
import { patchedContext } from './patched-context';
import { PatchedEnds } from './patched-ends';
import { PatchedPolicies, type PolicyPatch } from './patched-policies';
import { PatchedPrograms } from './patched-programs';
import type { CompiledPolicy } from '../rules/rule';
import { Sides } from '../programs/sides';
import { piecesWithin, valueAt } from '../sets/steps';
import type { FamilyMask, FamilyVerdict } from '../programs/verdict';
import { AddressSet } from '../../model/address-set';
import type { Direction } from '../../policies/direction';
import type { Policy } from '../../policies/policy';

/** What is different from the model of the base. */
export interface EnginePatch {
  readonly classes: ChangedClasses;
  readonly policies: Omit<PolicyPatch, 'come'> & { readonly come: readonly Policy[] };
  /** Whether Services are others. */
  readonly services: boolean;
  /** Whether network sets are others. */
  readonly networkSets: boolean;
}

/**
 * An engine for a model that differs a little from that of another, the base, which it asks about everything that the
 * change cannot reach. What it can reach is worked out when it is asked for.
 */
export class PatchedEngine implements Engine {
  readonly ends: PatchedEnds;
  readonly space: AddressSpace;
  readonly layout: Layout;
  readonly programs: PatchedPrograms;
  readonly sides: Sides;
  readonly doubts = new Doubts();
  readonly knowsNodes: boolean;
  readonly policies: PatchedPolicies;
  /** What policies are compiled with, for the whole model. */
  readonly context: CompileContext;
  /** Whether rules of policies, before or now, may tell IP versions apart for some pods by their labels. */
  readonly familiesByLabels: boolean;
  private readonly ranges: ReturnType<typeof addressRanges>;
  /** Pods of whose policies some have come, gone or changed; dirty ones may be missing. */
  readonly concerned: Readonly<Record<Direction, IndexSet>>;

  constructor(
    readonly base: WholeEngine,
    model: Model,
    patch: EnginePatch,
  ) {
    this.knowsNodes = base.knowsNodes;
    this.ranges = addressRanges(model.options);
    this.ends = new PatchedEnds(base.ends, patch.classes);
    this.space = base.space.including(newSets(model, patch));
    const { whole, fresh } = patchedContext(base, model, this.ends, this.space, patch.services);
    this.context = whole;
    const come = patch.policies.come.map(policyRanks(model.policies, whole.profile));
    const numberOf = (end: EndClass): number => this.ends.inFresh(end.index);
    const selection = { context: fresh, numberOf };
    this.policies = new PatchedPolicies(base.policies, { ...patch.policies, come }, whole, selection);
    const news = familySensitivity(this.ends.fresh, patch.policies.come, whole);
    const dual = base.layout.dual || mayTellFamiliesApart([base.sensitivity, news]);
    this.familiesByLabels = dual && (base.sensitivity.byLabels || news.byLabels);
    this.layout = new Layout(this.ends, this.space, dual);
    this.programs = new PatchedPrograms(this.ends, base.programs, this.policies, this.layout);
    // Of another network plugin, or other settings of it, the whole model is evaluated anew.
    const { dropped } = base.sides;
    this.sides = new Sides(this.programs, this.ends, this.layout, whole.peers.nodes, whole.profile, dropped);
    this.concerned = {
      ingress: this.concernedBy(patch, 'ingress'),
      egress: this.concernedBy(patch, 'egress'),
    };
  }

  maskOf(end: EndClass): FamilyMask {
    return familyMask(end, this.ranges);
  }

  over(end: EndClass, direction: Direction, positions: IndexSet): FamilyVerdict[] {
    const [first = 0, next] = positions.edges;
    // Questions about pairs are many.
    if (next === first + 1 && positions.edges.length === 2) return this.overOne(end, direction, first);
    const before = this.ends.base.at(this.ends.inBase(end.index));
    if (!end.host && before !== undefined && this.stayed(end, direction))
      return this.base.over(before, direction, this.inBase(positions));
    return [...piecesWithin(this.sides.of(end, direction), positions)].map(({ value }) => value);
  }

  /** The same for one position. */
  private overOne(end: EndClass, direction: Direction, position: number): FamilyVerdict[] {
    const before = this.ends.base.at(this.ends.inBase(end.index));
    const isStayed =
      !end.host &&
      before !== undefined &&
      position < this.ends.size &&
      !this.ends.dirty.contains(end.index) &&
      !this.ends.dirty.contains(position) &&
      !this.concerned[direction].contains(end.index);
    if (isStayed) return this.base.over(before, direction, IndexSet.single(this.ends.inBase(position)));
    const value = valueAt(this.sides.of(end, direction), position);
    return value === undefined ? [] : [value];
  }

  compiled(policy: Policy): CompiledPolicy | undefined {
    return this.policies.of(policy)?.compiled;
  }

  /** Whether the end allows outside what it allowed in the base. */
  private stayed({ index }: EndClass, direction: Direction): boolean {
    return !this.ends.dirty.contains(index) && !this.concerned[direction].contains(index);
  }

  private concernedBy({ policies }: EnginePatch, direction: Direction): IndexSet {
    const governs = ({ directions }: CompiledPolicy): boolean => directions.includes(direction);
    const gone = [...policies.gone].flatMap((policy) => this.base.compiled(policy) ?? []);
    return IndexSet.unionOf([
      ...gone.filter(governs).map(({ subject }) => this.ends.widen(subject)),
      ...this.policies.added
        .map(({ compiled }) => compiled)
        .filter(governs)
        .map(({ subject }) => subject),
    ]);
  }

  /** Outside positions in a row, of one IP version, as the base numbers them: its intervals may be wider. */
  private inBase(positions: IndexSet): IndexSet {
    const [start = 0, end = 0] = positions.edges;
    const [first, last] = [this.layout.intervalAt(start), this.layout.intervalAt(end - 1)];
    if (first === undefined || last === undefined) return IndexSet.EMPTY;
    const { family } = first;
    const { space, layout } = this.base;
    const intervals = space.touching(
      family,
      this.space.interval(family, first.index).first,
      this.space.interval(family, last.index).last,
    );
    return intervals.shift(layout.outsideStart(family));
  }
}

/** Sets of addresses that may be new. */
function newSets({ policies }: Model, patch: EnginePatch): AddressSet[] {
  const nets = patch.networkSets ? policies.networkSets.flatMap((set) => set.nets) : [];
  return [...patch.policies.come.flatMap(addressSetsIn), ...nets.map((cidr) => AddressSet.ofCidr(cidr))];
}
