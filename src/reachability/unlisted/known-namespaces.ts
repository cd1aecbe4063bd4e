import { testHolds, type Term } from './term';
import { holdersOf, LabelIndex } from '../ends/label-index';
import { namespaceLabels } from '../ends/pod-selection';
import { edgesOf, IndexSet } from '../sets/index-set';
import { toggle } from '../sets/toggle';
import type { Cluster } from '../../model/cluster';

/** The namespaces of the manifests, by number. */
export class KnownNamespaces {
  /** Sorted. */
  readonly names: readonly string[];
  readonly all: IndexSet;
  private readonly numbers: ReadonlyMap<string, number>;
  private readonly index: LabelIndex;
  private readonly memo = new Map<string, IndexSet>();

  constructor(cluster: Cluster) {
    const names = new Set([
      ...cluster.namespaces.keys(),
      ...cluster.workloads.map(({ namespace }) => namespace),
    ]);
    this.names = [...names].sort();
    this.all = IndexSet.range(0, this.names.length);
    this.numbers = new Map(this.names.map((name, index) => [name, index]));
    this.index = new LabelIndex(this.names.map((name) => namespaceLabels(cluster, name)));
  }

  has(name: string): boolean {
    return this.numbers.has(name);
  }

  numberOf(name: string): number | undefined {
    return this.numbers.get(name);
  }

  /** Those that meet all requirements of namespaces. */
  meeting(terms: readonly Term[]): IndexSet {
    return terms.reduce((met, term) => met.intersect(this.holding(term)), this.all);
  }

  private holding(term: Term): IndexSet {
    const key = JSON.stringify(term);
    const known = this.memo.get(key);
    if (known !== undefined) return known;
    const found = this.find(term);
    this.memo.set(key, found);
    return found;
  }

  private find({ key, test }: Term): IndexSet {
    const postings = this.index.of(key);
    // Nearly all ask for values, and a cluster may have very many namespaces.
    if (test.type === 'in') return holdersOf(postings, test.values);
    const values = [...postings.keys()].filter((value) => testHolds(test, value));
    const holders = holdersOf(postings, values);
    return testHolds(test, undefined) ? holders.union(this.all.subtract(holdersOf(postings))) : holders;
  }

  /** Cut into groups of which each is in the same of these sets; by their first member. */
  groups(sets: readonly IndexSet[]): readonly IndexSet[] {
    const told = sets.filter((set) => !set.isEmpty && !set.equals(this.all));
    const events = edgesOf(told);
    const groups = new Map<string, number[]>();
    const active: number[] = [];
    let event = 0;
    for (let start = 0; start < this.names.length;) {
      for (; (events[event] ?? Infinity) < (start + 1) * told.length; event++)
        toggle(active, (events[event] ?? 0) % told.length);
      const next = events[event];
      const stop = next === undefined ? this.names.length : Math.floor(next / told.length);
      const key = active.join(',');
      const edges = groups.get(key) ?? [];
      groups.set(key, edges);
      if (edges[edges.length - 1] === start) edges[edges.length - 1] = stop;
      else edges.push(start, stop);
      start = stop;
    }
    return [...groups.values()].map((edges) => IndexSet.ofEdges(edges));
  }
}
