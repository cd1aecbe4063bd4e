import { facetOf, type Facet } from './facet';
import { sameToModel } from './model-face';
import { ObservedNamespace } from './observed-namespace';
import type { ObservedObject } from './observed-object';
import type { ApiResource } from '../api/api-resource';
import type { Resource } from '../../model/resource';

/** What of a model is to be read again. */
export interface ModelChanges {
  /** By namespace: which parts of it. */
  readonly namespaces: ReadonlyMap<string, ReadonlySet<ModelFacet>>;
  readonly shared: boolean;
}

/** A part of what is known of a namespace. */
export type ModelFacet = 'objects' | 'policies' | 'intents';

/** All objects of the cluster that were watched, and what of the model they change. */
export class ObservedCluster {
  private readonly byNamespace = new Map<string, ObservedNamespace>();
  private readonly sharedObjects = new Map<string, ObservedObject>();
  private readonly watched: ReadonlySet<string>;
  private changes = new Map<string, Set<ModelFacet>>();
  private sharedChanged = false;
  /** What could not be read, by namespace: to be read with the next change there. */
  private readonly unread = new Map<string, ReadonlySet<ModelFacet>>();

  constructor(kinds: readonly Pick<ApiResource, 'group' | 'kind'>[]) {
    this.watched = new Set(kinds.map(({ group, kind }) => `${group}/${kind}`));
  }

  /** Puts in what is there now, or takes out what is gone. Gives what was there before. */
  put(object: ObservedObject, gone: boolean): ObservedObject | undefined {
    const facet = facetOf(object.resource);
    if (facet === 'shared') return this.putShared(object, gone);
    const name = facet === 'namespace' ? object.resource.name : (object.resource.namespace ?? 'default');
    const namespace = this.byNamespace.get(name) ?? new ObservedNamespace(name, this.watched);
    this.byNamespace.set(name, namespace);
    const before = namespace.put(object, gone);
    const after = gone ? undefined : object;
    if (this.isModelled(namespace, facet, object) && !sameToModel(before, after)) {
      this.mark(name, facet === 'policies' || facet === 'intents' ? facet : 'objects');
    }
    // Labels of intents stay on what a policy of somebody else goes by.
    if (facet === 'policies' && this.changes.get(name)?.has('policies') === true) this.mark(name, 'objects');
    if (namespace.isEmpty) this.byNamespace.delete(name);
    return before;
  }

  /** What has changed since the last time, which begins anew. */
  takeChanges(): ModelChanges {
    const taken = { namespaces: this.changes, shared: this.sharedChanged };
    this.changes = new Map();
    this.sharedChanged = false;
    return taken;
  }

  /** What was taken could not be read: it is taken again once something else changes in the namespace. */
  keepUnread(namespace: string, facets: ReadonlySet<ModelFacet>): void {
    this.unread.set(namespace, facets);
  }

  get hasChanges(): boolean {
    return this.sharedChanged || this.changes.size > 0;
  }

  namespace(name: string): ObservedNamespace | undefined {
    return this.byNamespace.get(name);
  }

  get namespaces(): IterableIterator<ObservedNamespace> {
    return this.byNamespace.values();
  }

  get shared(): readonly Resource[] {
    return [...this.sharedObjects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { resource }]) => resource);
  }

  private putShared(object: ObservedObject, gone: boolean): ObservedObject | undefined {
    const { group, kind, namespace = '', name } = object.resource;
    const key = [group, kind, namespace, name].join('/');
    const before = this.sharedObjects.get(key);
    if (gone) this.sharedObjects.delete(key);
    else this.sharedObjects.set(key, object);
    if (!sameToModel(before, gone ? undefined : object)) this.sharedChanged = true;
    return before;
  }

  /** Pods of workloads are no part of a model: their owners speak for them. */
  private isModelled(namespace: ObservedNamespace, facet: Facet, object: ObservedObject): boolean {
    if (facet !== 'pod') return true;
    const root = namespace.rootOf(object);
    return root !== undefined && (root.unwatched !== undefined || root.id.endsWith('[Pod]'));
  }

  private mark(namespace: string, facet: ModelFacet): void {
    const facets = this.changes.get(namespace);
    if (facets !== undefined) facets.add(facet);
    else this.changes.set(namespace, new Set([facet, ...(this.unread.get(namespace) ?? [])]));
    this.unread.delete(namespace);
  }
}
