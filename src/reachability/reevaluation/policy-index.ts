import { compareRanked, type RankedPolicy, type TierRank } from '../rules/composition';
import type { Labels } from '../../model/resource';
import { policyScope } from '../../policies/calico/scope';
import type { Selector } from '../../policies/calico/selector';
import { isCalicoPolicy, type Policy } from '../../policies/policy';

/** A tier of a model, by a number of its own. */
export interface NumberedTier {
  readonly number: number;
  readonly rank: TierRank;
}

/** The policies of a whole model by where they stand and by whom they may select, for questions after a change. */
export class PolicyIndex {
  /** By name. */
  readonly tiers: ReadonlyMap<string, NumberedTier>;
  private readonly tierNumbers: readonly number[];
  private keptPositions: ReadonlyMap<Policy, number> | undefined;
  private keptCandidates: Candidates | undefined;

  /** @param ranked in order */
  constructor(readonly ranked: readonly RankedPolicy[]) {
    const tiers = new Map<string, NumberedTier>();
    this.tierNumbers = ranked.map(({ tier: rank }) => {
      const known = tiers.get(rank.name) ?? { number: tiers.size, rank };
      tiers.set(rank.name, known);
      return known.number;
    });
    this.tiers = tiers;
  }

  positionOf(policy: Policy): number | undefined {
    this.keptPositions ??= new Map(this.ranked.map((entry, position) => [entry.policy, position]));
    return this.keptPositions.get(policy);
  }

  /** The number of the tier of a position. */
  tierAt(position: number): number {
    return this.tierNumbers[position] ?? 0;
  }

  /** How many policies stand before a place in the order. */
  before(place: RankedPolicy): number {
    let [low, high] = [0, this.ranked.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = this.ranked[middle];
      if (entry !== undefined && compareRanked(entry, place) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Positions of all policies that may select a pod, ascending; others among them. @param labels as Calico sees them */
  candidates(namespace: string, labels: () => Labels): readonly number[] {
    this.keptCandidates ??= new Candidates(this.ranked);
    return this.keptCandidates.of(namespace, labels);
  }

  /** Which pods a policy of Calico is for, as one selector; undefined: all. */
  scopeAt(position: number): Selector | undefined {
    this.keptCandidates ??= new Candidates(this.ranked);
    return this.keptCandidates.scopes.get(position);
  }
}

/** One of these values of a label is what a selector asks for, whatever else it does. */
interface Demand {
  readonly key: string;
  readonly values: readonly string[];
}

class Candidates {
  /** Of policies of Calico, by position. */
  readonly scopes = new Map<number, Selector | undefined>();
  private readonly inNamespace = new Map<string, number[]>();
  private readonly anywhere: number[] = [];
  private readonly byLabel = new Map<string, Map<string, number[]>>();

  constructor(ranked: readonly RankedPolicy[]) {
    const demanding = new Map<number, readonly Demand[]>();
    for (const [position, { policy }] of ranked.entries()) {
      const scope = isCalicoPolicy(policy) ? policyScope(policy) : undefined;
      if (isCalicoPolicy(policy)) this.scopes.set(position, scope);
      if ('namespace' in policy && policy.namespace !== undefined)
        addTo(this.inNamespace, policy.namespace, position);
      else {
        const demands = scope === undefined ? [] : demandsOf(scope);
        if (demands.length === 0) this.anywhere.push(position);
        else demanding.set(position, demands);
      }
    }
    this.addDemanding(demanding);
  }

  of(namespace: string, labels: () => Labels): readonly number[] {
    const found = [...(this.inNamespace.get(namespace) ?? []), ...this.anywhere];
    const own = this.byLabel.size === 0 ? {} : labels();
    for (const [key, byValue] of this.byLabel) {
      const value = Object.hasOwn(own, key) ? own[key] : undefined;
      if (value !== undefined) found.push(...(byValue.get(value) ?? []));
    }
    return found.sort((a, b) => a - b);
  }

  /** Each under the label that tells most policies apart. */
  private addDemanding(demanding: ReadonlyMap<number, readonly Demand[]>): void {
    const values = new Map<string, Set<string>>();
    for (const demand of [...demanding.values()].flat()) {
      const known = values.get(demand.key) ?? new Set();
      for (const value of demand.values) known.add(value);
      values.set(demand.key, known);
    }
    const spread = ({ key }: Demand): number => values.get(key)?.size ?? 0;
    for (const [position, demands] of demanding) {
      const [best] = [...demands].sort((a, b) => spread(b) - spread(a));
      if (best === undefined) continue;
      const byValue = this.byLabel.get(best.key) ?? new Map<string, number[]>();
      for (const value of new Set(best.values)) addTo(byValue, value, position);
      this.byLabel.set(best.key, byValue);
    }
  }
}

/** What must hold of a thing for the selector to match it. */
function demandsOf(selector: Selector): Demand[] {
  if (selector.type === 'and') return selector.operands.flatMap(demandsOf);
  if (selector.type === 'compare' && selector.operator === '==')
    return [{ key: selector.key, values: [selector.value] }];
  if (selector.type === 'set' && selector.operator === 'in') return [selector];
  return [];
}

function addTo(map: Map<string, number[]>, key: string, item: number): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else list.push(item);
}
