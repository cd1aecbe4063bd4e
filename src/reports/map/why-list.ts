import { printPlace, type Place } from '../../model/place';
import type { Direction } from '../../policies/direction';
import type { Policy } from '../../policies/policy';
import { policyId } from '../../policies/policy-id';
import type { MapWhy } from './map-data';

/** A rule of a policy by its place in one of the two lists. */
export interface PolicyRule {
  readonly direction: Direction;
  readonly index: number;
  readonly place: Place;
}

/** The policies and rules that a map names, each once. */
export class WhyList {
  private readonly list: MapWhy[] = [];
  private readonly indexes = new Map<string, number>();

  get all(): readonly MapWhy[] {
    return this.list;
  }

  /** Index of a policy as a whole, or of one of its rules. */
  of(policy: Policy, rule?: PolicyRule): number {
    const id = policyId(policy);
    const place = printPlace(rule?.place ?? policy.place);
    const named = rule === undefined ? {} : { rule: `${rule.direction}[${rule.index}]` };
    const key = JSON.stringify([id, named, place]);
    const known = this.indexes.get(key);
    if (known !== undefined) return known;
    const index = this.list.length;
    this.list.push({ policy: id, ...named, place });
    this.indexes.set(key, index);
    return index;
  }
}
