import type { JsonObject } from '../../model/json';
import type { Resource } from '../../model/resource';
import type { PolicySet } from '../../policies/policy';
import { readPolicies } from '../../policies/read-policies';

/** The policies of one namespace, read once for as long as their objects are the same. */
export class ParsedPolicies {
  private parsed: ReadonlyMap<JsonObject, PolicySet> = new Map();

  /** @param shared policies, tiers and sets that concern every namespace */
  read(resources: readonly Resource[], shared: PolicySet): PolicySet {
    this.parsed = new Map(
      resources.map((resource) => [
        resource.manifest,
        this.parsed.get(resource.manifest) ?? readPolicies([resource]),
      ]),
    );
    const own = [...this.parsed.values()];
    return {
      ...shared,
      outOfModel: [shared, ...own].flatMap(({ outOfModel }) => outOfModel),
      kubernetes: joined(own, ({ kubernetes }) => kubernetes),
      calico: joined([shared, ...own], ({ calico }) => calico),
      networkSets: joined([shared, ...own], ({ networkSets }) => networkSets),
    };
  }
}

function joined<T extends { readonly namespace?: string | undefined; readonly name: string }>(
  sets: readonly PolicySet[],
  listOf: (set: PolicySet) => readonly T[],
): T[] {
  return sets.flatMap(listOf).sort(byName);
}

function byName<T extends { readonly namespace?: string | undefined; readonly name: string }>(
  a: T,
  b: T,
): number {
  return order(a.namespace ?? '', b.namespace ?? '') || order(a.name, b.name);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
