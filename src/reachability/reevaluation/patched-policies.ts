import type { CompileContext } from '../rules/compile-context';
import { compareRanked, compilePolicy, type RankedPolicy, type TierRank } from '../rules/composition';
import type { EndClass } from '../ends/end-class';
import type { PolicyIndex } from './policy-index';
import { sameMeaning } from './same-meaning';
import { namespaceLabels } from '../ends/pod-selection';
import type { OrderedPolicy } from '../programs/program-assignment';
import type { CompiledPolicy } from '../rules/rule';
import type { Direction } from '../../policies/direction';
import type { Cluster } from '../../model/cluster';
import type { Labels } from '../../model/resource';
import { podEntityLabels } from '../../policies/calico/entity-labels';
import { policyScope } from '../../policies/calico/scope';
import { selectorMatches } from '../../policies/calico/selector-match';
import { isCalicoPolicy, type Policy } from '../../policies/policy';

/** How the policies of a model differ from those of the base. */
export interface PolicyPatch {
  /** Policies of the base that are gone, or mean something else now. */
  readonly gone: ReadonlySet<Policy>;
  /** Policies of the base that are other objects now and mean the same. */
  readonly moved: ReadonlyMap<Policy, Policy>;
  /** Policies that the base does not have, or that mean something else now, with their ranks. */
  readonly come: readonly RankedPolicy[];
}

/** Finds out what selects the classes that policies may select otherwise than in the base. */
export interface FreshSelection {
  /** What it says of pods holds for these classes, by their numbers in it. */
  readonly context: CompileContext;
  numberOf(end: EndClass): number;
}

/** All policies in order after a change; each is compiled when it is first looked at. */
export class PatchedPolicies {
  /** Of the tiers, by their numbers. */
  readonly endActions: readonly ('deny' | 'pass')[];
  /** Those that the base does not have, in order. */
  readonly added: readonly LazyPolicy[];
  /** All positions are below it; those of policies that are gone are nobody's. */
  readonly size: number;
  /** How many policies of the base stand before each that is added. */
  private readonly insertions: readonly number[];
  /** By position in the base. */
  private readonly stayed = new Map<number, LazyPolicy>();
  private earlier: ReadonlyMap<Policy, Policy> | undefined;
  private readonly selected = new Map<number, readonly LazyPolicy[]>();
  /** Compiled for the dirty classes alone. */
  private readonly compiledFresh = new Map<LazyPolicy, CompiledPolicy>();

  /** @param context of the whole model */
  constructor(
    readonly base: PolicyIndex,
    readonly patch: PolicyPatch,
    private readonly context: CompileContext,
    private readonly fresh: FreshSelection,
  ) {
    const come = [...patch.come].sort(compareRanked);
    const tiers = new PatchedTiers(base);
    this.insertions = come.map((entry) => base.before(entry));
    this.added = come.map(
      ({ policy, tier }, index) =>
        new LazyPolicy(index + (this.insertions[index] ?? 0), tiers.numberOf(tier), policy, context),
    );
    this.endActions = tiers.endActions;
    this.size = base.ranked.length + come.length;
  }

  /** The policy at a position of the base; undefined when it is gone or means something else now. */
  afterOf(position: number): LazyPolicy | undefined {
    const known = this.stayed.get(position);
    if (known !== undefined) return known;
    const policy = this.base.ranked[position]?.policy;
    if (policy === undefined || this.patch.gone.has(policy)) return undefined;
    let before = 0;
    while ((this.insertions[before] ?? Infinity) <= position) before++;
    const now = this.patch.moved.get(policy) ?? policy;
    const entry = new LazyPolicy(position + before, this.base.tierAt(position), now, this.context);
    this.stayed.set(position, entry);
    return entry;
  }

  /** The place of a policy; undefined for one that does not decide. */
  of(policy: Policy): LazyPolicy | undefined {
    const added = this.added.find((entry) => entry.policy === policy);
    if (added !== undefined) return added;
    this.earlier ??= new Map([...this.patch.moved].map(([before, after]) => [after, before]));
    const earlier = this.earlier.get(policy) ?? policy;
    if (this.patch.moved.has(earlier) && earlier === policy) return undefined;
    const position = this.base.positionOf(earlier);
    return position === undefined ? undefined : this.afterOf(position);
  }

  /** The policies that apply to a dirty pod. */
  selecting(end: EndClass, direction: Direction): readonly OrderedPolicy[] {
    return this.selectingEither(end).filter((entry) => {
      const { policy } = entry;
      return isCalicoPolicy(policy)
        ? policy.types.includes(direction)
        : this.forFresh(entry).directions.includes(direction);
    });
  }

  private selectingEither(end: EndClass): readonly LazyPolicy[] {
    const known = this.selected.get(end.index);
    if (known !== undefined) return known;
    const number = this.fresh.numberOf(end);
    let keptLabels: Labels | undefined;
    const labels = (): Labels => (keptLabels ??= calicoLabels(end, this.fresh.context.cluster));
    const selected: LazyPolicy[] = [];
    for (const position of this.base.candidates(end.namespace, labels)) {
      const entry = this.afterOf(position);
      if (entry !== undefined && this.isSelected(entry, position, number, labels)) selected.push(entry);
    }
    const added = this.added.filter((entry) => this.isSelected(entry, undefined, number, labels));
    if (added.length > 0) selected.push(...added);
    if (added.length > 0) selected.sort((a, b) => a.position - b.position);
    this.selected.set(end.index, selected);
    return selected;
  }

  /** @param position in the base; undefined for an added one */
  private isSelected(
    entry: LazyPolicy,
    position: number | undefined,
    number: number,
    labels: () => Labels,
  ): boolean {
    const { policy } = entry;
    if (!isCalicoPolicy(policy)) return this.forFresh(entry).subject.contains(number);
    const scope = position === undefined ? policyScope(policy) : this.base.scopeAt(position);
    return scope === undefined || selectorMatches(scope, labels());
  }

  private forFresh(entry: LazyPolicy): CompiledPolicy {
    const known = this.compiledFresh.get(entry);
    if (known !== undefined) return known;
    const compiled = compilePolicy(entry.policy, this.fresh.context);
    this.compiledFresh.set(entry, compiled);
    return compiled;
  }
}

/** The numbers of tiers: those of the base where a tier is there as it was. */
class PatchedTiers {
  readonly endActions: ('deny' | 'pass')[];
  private readonly fresh = new Map<string, number>();

  constructor(private readonly base: PolicyIndex) {
    this.endActions = [...base.tiers.values()].map(({ rank }) => rank.endAction);
  }

  numberOf(rank: TierRank): number {
    const before = this.base.tiers.get(rank.name);
    if (before !== undefined && sameMeaning(before.rank, rank)) return before.number;
    const number = this.fresh.get(rank.name) ?? this.endActions.push(rank.endAction) - 1;
    this.fresh.set(rank.name, number);
    return number;
  }
}

function calicoLabels({ namespace, labels, serviceAccount }: EndClass, cluster: Cluster): Labels {
  const account = cluster.serviceAccounts.find(
    ({ name, namespace: home }) => name === serviceAccount && home === namespace,
  );
  return podEntityLabels({
    labels,
    namespace,
    namespaceLabels: namespaceLabels(cluster, namespace),
    serviceAccount,
    serviceAccountLabels: account?.labels ?? {},
  });
}

/** A policy that is compiled when somebody looks into it. */
export class LazyPolicy implements OrderedPolicy {
  private kept: CompiledPolicy | undefined;

  constructor(
    readonly position: number,
    readonly tier: number,
    readonly policy: Policy,
    private readonly context: CompileContext,
  ) {}

  get compiled(): CompiledPolicy {
    this.kept ??= compilePolicy(this.policy, this.context);
    return this.kept;
  }
}
