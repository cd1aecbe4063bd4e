import { facetOf, type Facet } from './facet';
import type { ObservedObject } from './observed-object';
import { objectIn, rootOf, type Owners, type Root } from './owners';

/** The objects of one namespace. */
export class ObservedNamespace implements Owners {
  /** The Namespace itself; absent where it may not be watched. */
  namespace: ObservedObject | undefined;
  /** By {@link objectIn}: everything but pods. */
  readonly objects = new Map<string, ObservedObject>();
  readonly pods = new Map<string, ObservedObject>();
  private podsByRoot: Map<string, ObservedObject[]> | undefined;

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

  /** Puts in what is there now; `undefined` for what is gone. Gives what was there before. */
  put(object: ObservedObject, gone: boolean): ObservedObject | undefined {
    const { group, kind, name } = object.resource;
    const facet = facetOf(object.resource);
    if (facet === 'pod' || facet === 'objects') this.podsByRoot = undefined;
    if (facet === 'namespace') {
      const before = this.namespace;
      this.namespace = gone ? undefined : object;
      return before;
    }
    const [map, key] = facet === 'pod' ? [this.pods, name] : [this.objects, objectIn(group, kind, name)];
    const before = map.get(key);
    if (gone) map.delete(key);
    else map.set(key, object);
    return before;
  }

  *ofFacet(wanted: Facet): IterableIterator<ObservedObject> {
    for (const object of this.objects.values()) if (facetOf(object.resource) === wanted) yield object;
  }

  rootOf(object: ObservedObject): Root | undefined {
    return rootOf(object, this);
  }

  /** The pods of a workload of the model. */
  podsOf(workload: string): readonly ObservedObject[] {
    if (this.podsByRoot === undefined) {
      this.podsByRoot = new Map();
      for (const pod of this.pods.values()) {
        const root = rootOf(pod, this);
        if (root === undefined) continue;
        const known = this.podsByRoot.get(root.id);
        if (known === undefined) this.podsByRoot.set(root.id, [pod]);
        else known.push(pod);
      }
    }
    return this.podsByRoot.get(workload) ?? [];
  }
}
