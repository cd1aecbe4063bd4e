import type { CompileContext } from './compile-context';
import { compareRanked, compilePolicy, type RankedPolicy } from './composition';
import type { EndClass } from './end-class';
import type { OrderedPolicy } from './program-assignment';
import type { CompiledPolicy } from './rule';
import type { Direction } from '../policies/direction';
import type { Policy } from '../policies/policy';

/** How the policies of a model differ from those of the base. */
export interface PolicyPatch {
  /** Policies of the base that are gone, or mean something else now. */
  readonly gone: ReadonlySet<Policy>;
  /** Policies of the base that are other objects now and mean the same. */
  readonly moved: ReadonlyMap<Policy, Policy>;
  /** Policies that the base does not have, or that mean something else now, with their ranks. */
  readonly come: readonly RankedPolicy[];
}

/** All policies in order after a change; each is compiled when it is first looked at. */
export class PatchedPolicies {
  readonly ordered: readonly LazyPolicy[];
  /** Of the tiers, by their numbers. */
  readonly endActions: readonly ('deny' | 'pass')[];
  /** Those that the base does not have. */
  readonly added: readonly OrderedPolicy[];
  /** By position in the base; with holes for those that are gone. */
  private readonly after: readonly OrderedPolicy[];

  private byPolicy: ReadonlyMap<Policy, OrderedPolicy> | undefined;
  /** Compiled for the dirty classes alone. */
  private readonly compiledFresh = new Map<OrderedPolicy, CompiledPolicy>();

  /**
   * @param base the policies of the base, in order
   * @param context of the whole model
   * @param fresh of the dirty classes alone: what it says of pods holds for these, by their numbers in it
   */
  constructor(
    base: readonly RankedPolicy[],
    patch: PolicyPatch,
    context: CompileContext,
    private readonly fresh: { readonly context: CompileContext; numberOf(end: EndClass): number },
  ) {
    const ordered: LazyPolicy[] = [];
    const endActions: ('deny' | 'pass')[] = [];
    const after: OrderedPolicy[] = [];
    const added: OrderedPolicy[] = [];
    let tier: string | undefined;
    for (const { ranked, policy, position } of merged(base, patch)) {
      if (tier !== ranked.tier.name) endActions.push(ranked.tier.endAction);
      tier = ranked.tier.name;
      const entry = new LazyPolicy(ordered.length, endActions.length - 1, policy, context);
      ordered.push(entry);
      if (position === undefined) added.push(entry);
      else after[position] = entry;
    }
    this.ordered = ordered;
    this.endActions = endActions;
    this.added = added;
    this.after = after;
  }

  /** The policy at a position of the base; undefined when it is gone or means something else now. */
  afterOf(position: number): OrderedPolicy | undefined {
    return this.after[position];
  }

  /** The place of a policy; undefined for one that does not decide. */
  of(policy: Policy): OrderedPolicy | undefined {
    this.byPolicy ??= new Map(this.ordered.map((entry) => [entry.policy, entry]));
    return this.byPolicy.get(policy);
  }

  /** The policies that apply to a dirty pod. */
  selecting(end: EndClass, direction: Direction): readonly OrderedPolicy[] {
    const number = this.fresh.numberOf(end);
    return this.ordered.filter((entry) => {
      const { policy } = entry;
      if ('namespace' in policy && policy.namespace !== undefined && policy.namespace !== end.namespace)
        return false;
      const compiled = this.forFresh(entry, policy);
      return compiled.directions.includes(direction) && compiled.subject.contains(number);
    });
  }

  private forFresh(entry: OrderedPolicy, policy: Policy): CompiledPolicy {
    const known = this.compiledFresh.get(entry);
    if (known !== undefined) return known;
    const compiled = compilePolicy(policy, this.fresh.context);
    this.compiledFresh.set(entry, compiled);
    return compiled;
  }
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

interface Entry {
  readonly ranked: RankedPolicy;
  readonly policy: Policy;
  /** In the base; undefined for one that has come. */
  readonly position: number | undefined;
}

/** What stayed and what has come, in order. */
function* merged(base: readonly RankedPolicy[], { gone, moved, come }: PolicyPatch): Generator<Entry> {
  const added = [...come].sort(compareRanked);
  let next = 0;
  for (let position = 0; position < base.length; position++) {
    const ranked = base[position];
    if (ranked === undefined || gone.has(ranked.policy)) continue;
    for (let first = added[next]; first !== undefined; first = added[++next]) {
      if (compareRanked(first, ranked) > 0) break;
      yield { ranked: first, policy: first.policy, position: undefined };
    }
    yield { ranked, policy: moved.get(ranked.policy) ?? ranked.policy, position };
  }
  for (const ranked of added.slice(next)) yield { ranked, policy: ranked.policy, position: undefined };
}
