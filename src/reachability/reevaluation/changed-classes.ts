import { classKey, describe, type EndClass, type IndexedEnds } from '../ends/end-class';
import { IndexSet } from '../sets/index-set';
import { accountKey, type ModelChange } from './model-change';
import type { Workload } from '../../model/workloads/workload';

/** The classes of a whole model after a change: the others stay as they were. */
export interface ChangedClasses {
  /** How many indexes there are between the pods and the hosts of the whole model, for pods that it does not have. */
  readonly extraPods: number;
  /** How many indexes there are behind its hosts, for hosts that it does not have. */
  readonly extraHosts: number;
  /** The classes that are others now, by index; undefined where none is left. */
  readonly classes: ReadonlyMap<number, EndClass | undefined>;
  /** Where workloads are that have come or gone; undefined for those that have gone. */
  readonly places: ReadonlyMap<Workload, number | undefined>;
  /** Indexes of ends that policies may meet otherwise than before; those without a class any more among them. */
  readonly dirty: IndexSet;
}

/** What becomes of the classes of `ends`. */
export function changeClasses(ends: IndexedEnds, change: ModelChange): ChangedClasses {
  const draft = new Draft(ends);
  for (const { before, after } of change.movedWorkloads) draft.exchange(before, after);
  for (const { before, after } of change.workloads) {
    if (before !== undefined) draft.remove(before);
    if (after !== undefined) draft.add(after);
  }
  return draft.finish(relabelled(ends, change));
}

/** Classes of namespaces and service accounts whose labels are others now. */
function relabelled(ends: IndexedEnds, { namespaces, accounts }: ModelChange): number[] {
  const indexes = [...namespaces].flatMap((namespace) => [...ends.inNamespace(namespace).members()]);
  for (const account of accounts) {
    const [namespace = ''] = account.split('\u0000');
    for (const index of ends.inNamespace(namespace).members())
      if (accountKey(namespace, ends.at(index)?.serviceAccount ?? '') === account) indexes.push(index);
  }
  return indexes;
}

class Draft {
  private readonly places = new Map<Workload, number | undefined>();
  /** Members of the classes that lose, get or exchange any. */
  private readonly members = new Map<number, Set<Workload>>();
  /** Workloads whose class is new, by its key. */
  private readonly added = new Map<string, Workload[]>();

  constructor(private readonly ends: IndexedEnds) {}

  exchange(before: Workload, after: Workload): void {
    const index = this.remove(before);
    if (index !== undefined) this.join(after, index);
  }

  remove(workload: Workload): number | undefined {
    const index = this.ends.of(workload)?.index;
    if (index === undefined) return undefined;
    this.membersOf(index).delete(workload);
    this.places.set(workload, undefined);
    return index;
  }

  add(workload: Workload): void {
    if (workload.finished) return;
    const key = classKey(workload);
    const index = this.find(workload, key);
    const list = this.added.get(key);
    if (index !== undefined) this.join(workload, index);
    else if (list !== undefined) list.push(workload);
    else this.added.set(key, [workload]);
  }

  finish(relabelled: readonly number[]): ChangedClasses {
    const { podClasses, size } = this.ends;
    const vacated = [...this.members.keys()].filter((index) => this.membersOf(index).size === 0);
    const isPod = (index: number): boolean => index < podClasses.length;
    const added = [...this.added.values()];
    const isHost = ([first]: readonly Workload[]): boolean => first?.hostNetwork === true;
    const pods = seats(
      added.filter((list) => !isHost(list)),
      vacated.filter(isPod),
      podClasses.length,
    );
    const extraPods = pods.extra;
    // Hosts stand behind the new pods.
    const numberOf = (index: number): number => (isPod(index) ? index : index + extraPods);
    const hosts = seats(
      added.filter(isHost),
      vacated.filter((index) => !isPod(index)).map(numberOf),
      size + extraPods,
    );
    const classes = new Map<number, EndClass | undefined>();
    for (const [index, members] of this.members)
      classes.set(numberOf(index), classOf(numberOf(index), [...members]));
    const places = new Map<Workload, number | undefined>();
    for (const [workload, index] of this.places)
      places.set(workload, index === undefined ? undefined : numberOf(index));
    const fresh = [...pods.taken, ...hosts.taken];
    for (const [index, workloads] of fresh) {
      classes.set(index, classOf(index, workloads));
      for (const workload of workloads) places.set(workload, index);
    }
    const dirty = IndexSet.of([...vacated.map(numberOf), ...fresh.map(([index]) => index), ...relabelled]);
    return { extraPods, extraHosts: hosts.extra, classes, places, dirty };
  }

  private join(workload: Workload, index: number): void {
    this.membersOf(index).add(workload);
    this.places.set(workload, index);
  }

  private membersOf(index: number): Set<Workload> {
    const known = this.members.get(index);
    if (known !== undefined) return known;
    const members = new Set(this.ends.at(index)?.workloads);
    this.members.set(index, members);
    return members;
  }

  /** The class of a key, by halving those of its namespace, or hosts, which stand in the order of their keys. */
  private find({ hostNetwork, namespace }: Workload, key: string): number | undefined {
    const [start = 0, end = 0] = (hostNetwork ? this.ends.hosts : this.ends.inNamespace(namespace)).edges;
    let [low, high] = [start, end];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.keyAt(middle) < key) low = middle + 1;
      else high = middle;
    }
    return low < end && this.keyAt(low) === key ? low : undefined;
  }

  private keyAt(index: number): string {
    const first = this.ends.at(index)?.workloads[0];
    return first === undefined ? '' : classKey(first);
  }
}

/** Gives new classes the numbers of those that are left by all, then numbers from `end`. */
function seats(
  added: readonly Workload[][],
  vacated: readonly number[],
  end: number,
): { readonly taken: readonly (readonly [number, Workload[]])[]; readonly extra: number } {
  const taken = added.map(
    (workloads, place) => [vacated[place] ?? end + place - vacated.length, workloads] as const,
  );
  return { taken, extra: Math.max(0, added.length - vacated.length) };
}

/** Members stand in the order of the model. */
function classOf(index: number, workloads: Workload[]): EndClass | undefined {
  workloads.sort((a, b) => (a.id < b.id ? -1 : 1));
  const [first] = workloads;
  return first === undefined ? undefined : describe(first, index, workloads);
}
