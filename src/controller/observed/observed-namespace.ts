import { facetOf, type Facet } from './facet';
import { labelsOf, type ObservedObject } from './observed-object';
import { isOwnLabel } from '../../compiler/labels/former-labels';
import type { Labels } from '../../model/resource';
import { objectIn, rootOf, type Owners, type Root } from './owners';

/** The objects of one namespace. */
export class ObservedNamespace implements Owners {
  /** The Namespace itself; absent where it may not be watched. */
  namespace: ObservedObject | undefined;
  /** By {@link objectIn}: everything but pods. */
  readonly objects = new Map<string, ObservedObject>();
  readonly pods = new Map<string, ObservedObject>();
  /** Pods by root and name; made when it is first asked for. */
  private podsByRoot: Map<string, Map<string, ObservedObject>> | undefined;
  /** How many pods carry a label of intents, by `key=value`. */
  private readonly carriers = new Map<string, number>();
  /** Names of pods whose owner is not known yet. */
  readonly orphans = new Set<string>();

  constructor(
    readonly name: string,
    private readonly watched: ReadonlySet<string>,
  ) {}

  isWatched(group: string, kind: string): boolean {
    return this.watched.has(`${group}/${kind}`);
  }

  get isEmpty(): boolean {
    return this.namespace === undefined && this.objects.size === 0 && this.pods.size === 0;
  }

  /** Whether the namespace is on its way out: nothing can be made in it any more. */
  get isTerminating(): boolean {
    return this.namespace?.deleting === true;
  }

  get(group: string, kind: string, name: string): ObservedObject | undefined {
    return this.objects.get(objectIn(group, kind, name));
  }

  /** Puts in what is there now, or takes out what is gone. Gives what was there before. */
  put(object: ObservedObject, gone: boolean): ObservedObject | undefined {
    const { group, kind, name } = object.resource;
    const facet = facetOf(object.resource);
    if (facet === 'namespace') {
      const before = this.namespace;
      this.namespace = gone ? undefined : object;
      return before;
    }
    if (facet === 'pod') return this.putPod(object, gone);
    const key = objectIn(group, kind, name);
    const before = this.objects.get(key);
    if (gone) this.objects.delete(key);
    else this.objects.set(key, object);
    // An owner that comes or goes changes what its pods belong to.
    if (facet === 'objects' && (gone || before?.uid !== object.uid)) this.podsByRoot = undefined;
    return before;
  }

  private putPod(pod: ObservedObject, gone: boolean): ObservedObject | undefined {
    const { name } = pod.resource;
    const before = this.pods.get(name);
    this.count(before, -1);
    this.count(gone ? undefined : pod, 1);
    const root = rootOf(pod, this);
    if (before !== undefined && before.uid !== pod.uid) {
      const old = rootOf(before, this);
      if (old !== undefined) this.podsByRoot?.get(old.id)?.delete(name);
    }
    if (root === undefined && !gone) this.orphans.add(name);
    else this.orphans.delete(name);
    if (gone) {
      this.pods.delete(name);
      if (root !== undefined) this.podsByRoot?.get(root.id)?.delete(name);
    } else {
      this.pods.set(name, pod);
      if (root !== undefined && this.podsByRoot !== undefined) place(this.podsByRoot, root.id, pod);
    }
    return before;
  }

  /** Whether any pod carries all of these labels of intents, or may. */
  isCarried(labels: Labels): boolean {
    return Object.entries(labels).every(([key, value]) => this.carriers.has(`${key}=${value}`));
  }

  private count(pod: ObservedObject | undefined, by: 1 | -1): void {
    if (pod === undefined) return;
    for (const [key, value] of Object.entries(labelsOf(pod))) {
      if (!isOwnLabel(key)) continue;
      const label = `${key}=${value}`;
      const count = (this.carriers.get(label) ?? 0) + by;
      if (count > 0) this.carriers.set(label, count);
      else this.carriers.delete(label);
    }
  }

  *ofFacet(wanted: Facet): IterableIterator<ObservedObject> {
    for (const object of this.objects.values()) if (facetOf(object.resource) === wanted) yield object;
  }

  rootOf(object: ObservedObject): Root | undefined {
    return rootOf(object, this);
  }

  /** The pods of a workload of the model. */
  podsOf(workload: string): Iterable<ObservedObject> {
    if (this.podsByRoot === undefined) {
      this.podsByRoot = new Map();
      for (const pod of this.pods.values()) {
        const root = rootOf(pod, this);
        if (root !== undefined) place(this.podsByRoot, root.id, pod);
      }
    }
    return this.podsByRoot.get(workload)?.values() ?? [];
  }
}

function place(byRoot: Map<string, Map<string, ObservedObject>>, root: string, pod: ObservedObject): void {
  const same = byRoot.get(root) ?? new Map<string, ObservedObject>();
  byRoot.set(root, same.set(pod.resource.name, pod));
}
