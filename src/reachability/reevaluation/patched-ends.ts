import type { ChangedClasses } from './changed-classes';
import { classKey, IndexedEnds, type EndClass, type EndClasses } from '../ends/end-class';
import { IndexSet } from '../sets/index-set';
import type { Workload } from '../../model/workloads/workload';

/**
 * The classes of a model that differs a little from another: what has not changed keeps its number, but for hosts, which
 * stand behind the new pods. Some numbers have no class.
 */
export class PatchedEnds implements EndClasses {
  readonly size: number;
  readonly pods: IndexSet;
  readonly hosts: IndexSet;
  /** Ends that policies may meet otherwise than in the base. */
  readonly dirty: IndexSet;
  /** The same as far as the base has them, by its numbers. */
  readonly dirtyInBase: IndexSet;
  /** The classes of these, numbered by themselves. */
  readonly fresh: IndexedEnds;
  /** Numbers without a class. */
  private readonly vacant: IndexSet;
  private readonly podCount: number;
  /** The numbers here of the classes of {@link fresh}. */
  private readonly numbers: readonly number[];
  /** The numbers in {@link fresh} of the classes here. */
  private readonly freshNumbers: ReadonlyMap<number, number>;
  private keptPods: readonly EndClass[] | undefined;
  private keptHosts: readonly EndClass[] | undefined;
  private keptUnknown: boolean | undefined;
  private keptRanks: ReadonlyMap<number, number> | undefined;

  constructor(
    readonly base: IndexedEnds,
    private readonly changed: ChangedClasses,
  ) {
    const { extraPods, extraHosts, dirty } = changed;
    this.podCount = base.podClasses.length;
    this.size = base.size + extraPods + extraHosts;
    this.dirty = dirty;
    const ofBase = [...dirty.members()].filter((index) => this.isOfBase(index));
    this.dirtyInBase = IndexSet.ofSorted(ofBase.map((index) => this.inBase(index)));
    const now = [...dirty.members()].flatMap((index) => this.at(index) ?? []);
    now.sort(
      (a, b) =>
        Number(a.host) - Number(b.host) ||
        (a.namespace < b.namespace ? -1 : a.namespace > b.namespace ? 1 : a.index - b.index),
    );
    this.numbers = now.map(({ index }) => index);
    this.freshNumbers = new Map(this.numbers.map((index, number) => [index, number]));
    this.fresh = new IndexedEnds(now.map((end, index) => ({ ...end, index })));
    this.pods = this.merge(base.pods, this.fresh.pods);
    this.hosts = this.merge(base.hosts, this.fresh.hosts);
    this.vacant = IndexSet.range(0, this.size).subtract(this.pods).subtract(this.hosts);
  }

  get classes(): readonly EndClass[] {
    return [...this.podClasses, ...this.hostClasses];
  }

  get podClasses(): readonly EndClass[] {
    this.keptPods ??= [...this.pods.members()].flatMap((index) => this.at(index) ?? []);
    return this.keptPods;
  }

  get hostClasses(): readonly EndClass[] {
    this.keptHosts ??= [...this.hosts.members()].flatMap((index) => this.at(index) ?? []);
    return this.keptHosts;
  }

  get hasPodsOfUnknownAddress(): boolean {
    this.keptUnknown ??=
      this.fresh.hasPodsOfUnknownAddress ||
      this.base.podClasses.some(
        ({ index, addresses }) => addresses.length === 0 && !this.dirty.contains(index),
      );
    return this.keptUnknown;
  }

  at(index: number): EndClass | undefined {
    const { classes, extraPods } = this.changed;
    if (classes.has(index)) return classes.get(index);
    if (index < this.podCount) return this.base.at(index);
    const host = this.isOfBase(index) ? this.base.at(this.inBase(index)) : undefined;
    return host === undefined || extraPods === 0 ? host : { ...host, index };
  }

  of(workload: Workload): EndClass | undefined {
    const { places } = this.changed;
    const index = places.has(workload) ? places.get(workload) : this.numberOf(this.base.of(workload)?.index);
    return index === undefined ? undefined : this.at(index);
  }

  inNamespace(namespace: string): IndexSet {
    return this.merge(this.base.inNamespace(namespace), this.fresh.inNamespace(namespace));
  }

  /** Whether the base has an end of this number. */
  isOfBase(index: number): boolean {
    const { extraPods } = this.changed;
    return (
      index < this.podCount || (index >= this.podCount + extraPods && index < this.base.size + extraPods)
    );
  }

  /** The number in the base of one that {@link isOfBase}. */
  inBase(index: number): number {
    return index < this.podCount ? index : index - this.changed.extraPods;
  }

  /** The number of a class in {@link fresh}; of one that is dirty. */
  inFresh(index: number): number {
    return this.freshNumbers.get(index) ?? -1;
  }

  /** A set of the base, as it is numbered here. */
  widen(set: IndexSet): IndexSet {
    const { extraPods: extra } = this.changed;
    if (extra === 0 || this.base.hostClasses.length === 0) return set;
    const hosts = set.within(this.podCount, this.base.size);
    return hosts.isEmpty ? set : set.within(0, this.podCount).union(hosts.shift(extra));
  }

  /** What the base says of classes that stayed as they were, and `fresh` of the others. */
  merge(ofBase: IndexSet, ofFresh: IndexSet): IndexSet {
    const stayed = this.withoutDirty(this.widen(ofBase));
    if (ofFresh.isEmpty) return stayed;
    return stayed.union(IndexSet.of([...ofFresh.members()].map((index) => this.numbers[index] ?? 0)));
  }

  private withoutDirty(set: IndexSet): IndexSet {
    const dirty = set.intersect(this.dirty);
    return dirty.isEmpty ? set : set.subtract(dirty);
  }

  firstOf(positions: IndexSet): number | undefined {
    const ranks = [...positions.intersect(this.dirty).members()].flatMap(
      (index) => this.ranks.get(index) ?? [],
    );
    const [other] = this.withoutDirty(positions).subtract(this.vacant).edges;
    if (other !== undefined) ranks.push(other);
    return ranks.length === 0 ? undefined : Math.min(...ranks);
  }

  /** Where dirty classes would stand among those of the base: between two numbers. */
  private get ranks(): ReadonlyMap<number, number> {
    this.keptRanks ??= this.rank();
    return this.keptRanks;
  }

  private rank(): ReadonlyMap<number, number> {
    const { classes } = this.changed;
    const dirty = [...this.dirty.members()];
    const stayed = dirty.flatMap((index): [number, number][] => (classes.has(index) ? [] : [[index, index]]));
    const keyed = dirty.flatMap((index): [string, number][] => {
      const first = classes.get(index)?.workloads[0];
      return first === undefined ? [] : [[classKey(first), index]];
    });
    keyed.sort(([a], [b]) => (a < b ? -1 : 1));
    return new Map([
      ...stayed,
      ...keyed.map(([key, index], place): [number, number] => [
        index,
        this.before(key) - 1 + (place + 1) / (keyed.length + 1),
      ]),
    ]);
  }

  /** As many as stand here before the class of the base with the next higher key. */
  private before(key: string): number {
    const isHost = key.startsWith('1');
    let [low, high] = isHost ? [this.podCount, this.base.size] : [0, this.podCount];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const first = this.base.at(middle)?.workloads[0];
      if (first !== undefined && classKey(first) < key) low = middle + 1;
      else high = middle;
    }
    return isHost ? low + this.changed.extraPods : low;
  }

  private numberOf(index: number | undefined): number | undefined {
    if (index === undefined || index < this.podCount) return index;
    return index + this.changed.extraPods;
  }
}
