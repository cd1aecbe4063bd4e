import { IndexSet } from '../sets/index-set';
import type { LabelSelector } from '../../model/label-selector';
import type { Labels } from '../../model/resource';

/** Members with each value of one label. */
export type Postings = ReadonlyMap<string, IndexSet>;

/** Finds numbered things by their labels without looking at all of them. */
export class LabelIndex {
  /** The things that have each label; their values are looked at for labels that somebody asks for. */
  private holders: Map<string, number[]> | undefined;
  private readonly postings = new Map<string, Postings>();

  /**
   * @param labels of the things 0, 1, 2 and so on
   * @param set who has a label that somebody else sets, whatever things say of themselves; undefined for any other
   */
  constructor(
    private readonly labels: readonly Labels[],
    private readonly set?: (key: string) => Postings | undefined,
  ) {}

  /** Every value of the label with the things that have it; empty for a label nobody has. */
  of(key: string): Postings {
    const known = this.postings.get(key);
    if (known !== undefined) return known;
    const postings = this.set?.(key) ?? this.written(key);
    this.postings.set(key, postings);
    return postings;
  }

  private written(key: string): Postings {
    this.holders ??= this.findHolders();
    const lists = new Map<string, number[]>();
    for (const index of this.holders.get(key) ?? []) addTo(lists, this.labels[index]?.[key] ?? '', index);
    const postings = new Map<string, IndexSet>();
    for (const [value, indexes] of lists) postings.set(value, IndexSet.ofSorted(indexes));
    return postings;
  }

  /** The things of `domain` that a Kubernetes selector matches; its rules are those of `model/label-selector`. */
  select(selector: LabelSelector, domain: IndexSet): IndexSet {
    let selected = domain;
    for (const key of Object.keys(selector.matchLabels)) {
      selected = selected.intersect(this.of(key).get(selector.matchLabels[key] ?? '') ?? IndexSet.EMPTY);
    }
    for (const { key, operator, values } of selector.matchExpressions) {
      const wanted = operator === 'In' || operator === 'NotIn' ? values : undefined;
      const holders = holdersOf(this.of(key), wanted);
      // NotIn and DoesNotExist also match what lacks the label (network-policy-semantics 2.1 item 11).
      const positive = operator === 'In' || operator === 'Exists';
      selected = positive ? selected.intersect(holders) : selected.subtract(holders);
    }
    return selected;
  }

  private findHolders(): Map<string, number[]> {
    const holders = new Map<string, number[]>();
    for (let index = 0; index < this.labels.length; index++)
      for (const key of Object.keys(this.labels[index] ?? {})) addTo(holders, key, index);
    return holders;
  }
}

function addTo(lists: Map<string, number[]>, key: string, index: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [index]);
  else list.push(index);
}

/** Who has the label with one of the values, or with any value when none are given. */
export function holdersOf(postings: Postings, values?: readonly string[]): IndexSet {
  if (values === undefined) return IndexSet.unionOf([...postings.values()]);
  return IndexSet.unionOf(values.map((value) => postings.get(value) ?? IndexSet.EMPTY));
}
