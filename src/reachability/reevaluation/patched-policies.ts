import type { CompileContext } from '../rules/compile-context';
import { compareRanked, compilePolicy, type RankedPolicy } from '../rules/composition';
import type { EndClass } from '../ends/end-class';
import { namespaceLabels } from '../ends/pod-selection';
import type { OrderedPolicy } from '../programs/program-assignment';
import type { CompiledPolicy } from '../rules/rule';
import type { Direction } from '../../policies/direction';
import type { Cluster } from '../../model/cluster';
import type { Labels } from '../../model/resource';
import { podEntityLabels } from '../../policies/calico/entity-labels';
import type { CalicoPolicy } from '../../policies/calico/policy';
import { policyScope } from '../../policies/calico/scope';
import type { Selector } from '../../policies/calico/selector';
import { selectorMatches } from '../../policies/calico/selector-match';
import type { Policy } from '../../policies/policy';

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
  readonly ordered: readonly LazyPolicy[];
  /** Of the tiers, by their numbers. */
  readonly endActions: readonly ('deny' | 'pass')[];
  /** Those that the base does not have. */
  readonly added: readonly LazyPolicy[];
  /** By position in the base; with holes for those that are gone. */
  private readonly after: readonly OrderedPolicy[];

  private byPolicy: ReadonlyMap<Policy, OrderedPolicy> | undefined;
  private readonly byNamespace = new Map<string, readonly LazyPolicy[]>();
  /** Compiled for the dirty classes alone. */
  private readonly compiledFresh = new Map<OrderedPolicy, CompiledPolicy>();

  /**
   * @param base the policies of the base, in order
   * @param context of the whole model
   */
  constructor(
    base: readonly RankedPolicy[],
    patch: PolicyPatch,
    context: CompileContext,
    private readonly fresh: FreshSelection,
  ) {
    const ordered: LazyPolicy[] = [];
    const endActions: ('deny' | 'pass')[] = [];
    const after: OrderedPolicy[] = [];
    const added: LazyPolicy[] = [];
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
    const added = this.added.find((entry) => entry.policy === policy);
    if (added !== undefined) return added;
    this.byPolicy ??= new Map(this.ordered.map((entry) => [entry.policy, entry]));
    return this.byPolicy.get(policy);
  }

  /** The policies that apply to a dirty pod. */
  selecting(end: EndClass, direction: Direction): readonly OrderedPolicy[] {
    const number = this.fresh.numberOf(end);
    const labels = calicoLabels(end, this.fresh.context.cluster);
    return this.candidates(end.namespace).filter((entry) => {
      const { policy } = entry;
      if (policy.kind === 'CalicoNetworkPolicy' || policy.kind === 'GlobalNetworkPolicy')
        return policy.types.includes(direction) && isSelected(policy, labels);
      const { directions, subject } = this.forFresh(entry);
      return directions.includes(direction) && subject.contains(number);
    });
  }

  /** Policies that may select pods of a namespace: its own, and those of none. */
  private candidates(namespace: string): readonly LazyPolicy[] {
    const known = this.byNamespace.get(namespace);
    if (known !== undefined) return known;
    const candidates = this.ordered.filter(
      ({ policy }) =>
        !('namespace' in policy) || policy.namespace === undefined || policy.namespace === namespace,
    );
    this.byNamespace.set(namespace, candidates);
    return candidates;
  }

  private forFresh(entry: LazyPolicy): CompiledPolicy {
    const known = this.compiledFresh.get(entry);
    if (known !== undefined) return known;
    const compiled = compilePolicy(entry.policy, this.fresh.context);
    this.compiledFresh.set(entry, compiled);
    return compiled;
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

/** Which pods policies are for, as one selector: asked again after every change. */
const SCOPES = new WeakMap<CalicoPolicy, { readonly selector: Selector | undefined }>();

function isSelected(policy: CalicoPolicy, labels: Labels): boolean {
  let scope = SCOPES.get(policy);
  if (scope === undefined) SCOPES.set(policy, (scope = { selector: policyScope(policy) }));
  return scope.selector === undefined || selectorMatches(scope.selector, labels);
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
