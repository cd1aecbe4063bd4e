import { ApiError } from '../../src/controller/api/api-error';
import { refOf, type ApiResource, type ObjectRef } from '../../src/controller/api/api-resource';
import type {
  ApiList,
  ApplyOptions,
  DeleteOptions,
  KubernetesApi,
  ListOptions,
  PatchType,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from '../../src/controller/api/kubernetes-api';
import { isWhole, leaves, ownerOf, removeAt, setAt, valueAt, withOwners } from './owned-paths';
import { isJsonObject, sameJson, type Json, type JsonObject } from '../../src/model/json';

interface Stored {
  object: JsonObject;
  /** By {@link ownerOf}: paths of leaf fields, as JSON. */
  readonly owners: Map<string, Set<string>>;
}

interface Listener {
  readonly collection: string;
  readonly namespace: string | undefined;
  readonly tell: (event: WatchEvent) => void;
}

/** One request that the API was asked for. */
export interface Request {
  readonly verb: string;
  readonly kind: string;
  readonly name: string;
  readonly subresource?: string | undefined;
}

/**
 * An API server in memory that keeps to what controllers rely on: versions that grow, generations, owners of fields under
 * server-side apply, uids as preconditions, finalizers, watches that tell every change in order.
 */
export class FakeApi implements KubernetesApi {
  readonly requests: Request[] = [];
  /** Thrown before the request is carried out. */
  refuse: (request: Request, manifest: JsonObject | undefined) => ApiError | undefined = () => undefined;
  /** Called after each write was stored, before it is answered. */
  afterWrite: (request: Request) => void = () => undefined;
  /** Changes what is about to be stored by a write of the controller, as an admission does. */
  admit: (request: Request, object: JsonObject) => void = () => undefined;
  private readonly objects = new Map<string, Map<string, Stored>>();
  private readonly listeners = new Set<Listener>();
  private version = 100;
  private uids = 0;

  constructor(private readonly manager: string) {}

  get writes(): Request[] {
    return this.requests.filter(({ verb }) => !['list', 'watch', 'get'].includes(verb));
  }

  /** What somebody else writes: `kubectl apply` of all of an object, on his own side. */
  put(resource: ApiResource, manifest: JsonObject, manager = 'kubectl'): JsonObject {
    const owner = ownerOf(manager, 'Update');
    const ref = refOf(resource, manifest);
    const stored = this.stored(ref);
    const before = stored?.object;
    const object = this.finished(structuredClone(manifest), before);
    const owners = stored?.owners ?? new Map<string, Set<string>>();
    const mine = new Set(leaves(manifest).map(([path]) => path));
    for (const [path, value] of leaves(manifest))
      if (before === undefined || !sameJson(valueAt(before, path), value))
        for (const [other, paths] of owners) if (other !== owner) paths.delete(path);
    if (before !== undefined)
      for (const [path] of leaves(before))
        if (valueAt(object, path) === undefined) for (const paths of owners.values()) paths.delete(path);
    owners.set(owner, mine);
    return this.store(ref, { object, owners });
  }

  /** What somebody else changes of an object that is there. */
  edit(
    ref: ObjectRef,
    change: (object: JsonObject) => void,
    manager = 'kubectl-edit',
    subresource?: string,
  ): JsonObject {
    const owner = ownerOf(manager, 'Update', subresource);
    const stored = this.stored(ref);
    if (stored === undefined) throw new Error(`${ref.name} is not there`);
    const object = structuredClone(stored.object);
    change(object);
    const next = this.finished(object, stored.object);
    const before = new Map(leaves(stored.object));
    const after = new Map(leaves(next));
    const changed = [...after]
      .filter(([path, value]) => !sameJson(before.get(path), value))
      .map(([path]) => path);
    const gone = [...before.keys()].filter((path) => !after.has(path));
    for (const paths of stored.owners.values()) for (const path of [...changed, ...gone]) paths.delete(path);
    const own = stored.owners.get(owner) ?? new Set<string>();
    for (const path of changed) own.add(path);
    stored.owners.set(owner, own);
    return this.store(ref, { object: next, owners: stored.owners });
  }

  /** Somebody empties the list of field managers, as some tools do before they apply. */
  disown(ref: ObjectRef): void {
    const stored = this.stored(ref);
    if (stored !== undefined) this.store(ref, { object: structuredClone(stored.object), owners: new Map() });
  }

  /** What somebody else deletes. */
  remove(ref: ObjectRef): void {
    const stored = this.stored(ref);
    if (stored === undefined) return;
    const metadata = metadataOf(stored.object);
    if (Array.isArray(metadata['finalizers']) && metadata['finalizers'].length > 0) {
      if (metadata['deletionTimestamp'] !== undefined) return;
      const object = structuredClone(stored.object);
      metadataOf(object)['deletionTimestamp'] = '2026-01-01T00:00:00Z';
      this.store(ref, { object, owners: stored.owners });
      return;
    }
    this.objects.get(collectionOf(ref.resource))?.delete(keyOf(ref));
    const object = structuredClone(stored.object);
    metadataOf(object)['resourceVersion'] = String(++this.version);
    this.tell(ref, { type: 'DELETED', object: withOwners(object, stored.owners) });
  }

  peek(ref: ObjectRef): JsonObject | undefined {
    const stored = this.stored(ref);
    return stored === undefined ? undefined : withOwners(structuredClone(stored.object), stored.owners);
  }

  all(resource: ApiResource): JsonObject[] {
    return [...(this.objects.get(collectionOf(resource))?.values() ?? [])].map(({ object, owners }) =>
      withOwners(structuredClone(object), owners),
    );
  }

  async list(resource: ApiResource, options: ListOptions = {}): Promise<ApiList<JsonObject>> {
    return this.listAs(resource, (object) => object, options);
  }

  async listAs<T>(
    resource: ApiResource,
    project: (object: JsonObject) => T,
    options: ListOptions = {},
  ): Promise<ApiList<T>> {
    this.requests.push({ verb: 'list', kind: resource.kind, name: '' });
    await Promise.resolve();
    const items = this.all(resource)
      .filter(
        (object) => options.namespace === undefined || metadataOf(object)['namespace'] === options.namespace,
      )
      .map(project);
    return { items, resourceVersion: String(this.version) };
  }

  watch(resource: ApiResource, options: WatchOptions, onEvent: (event: WatchEvent) => void): Promise<void> {
    this.requests.push({ verb: 'watch', kind: resource.kind, name: '' });
    const listener = { collection: collectionOf(resource), namespace: options.namespace, tell: onEvent };
    this.listeners.add(listener);
    return new Promise((resolve) => {
      options.signal?.addEventListener('abort', () => {
        this.listeners.delete(listener);
        resolve();
      });
    });
  }

  get(ref: ObjectRef): Promise<JsonObject | undefined> {
    this.requests.push({ verb: 'get', kind: ref.resource.kind, name: ref.name });
    return Promise.resolve(this.peek(ref));
  }

  async apply(resource: ApiResource, manifest: JsonObject, options: ApplyOptions = {}): Promise<JsonObject> {
    const ref = refOf(resource, manifest);
    const request = await this.ask('apply', ref, manifest, options.subresource);
    const stored = this.stored(ref);
    checkUid(metadataOf(manifest), stored);
    checkVersion(metadataOf(manifest), stored);
    const owner = ownerOf(this.manager, 'Apply', options.subresource);
    const applied = leaves(manifest).filter(([path]) =>
      options.subresource === undefined ? !path.startsWith('["status"') : path.startsWith('["status"'),
    );
    const owners = stored?.owners ?? new Map<string, Set<string>>();
    const object: JsonObject =
      stored === undefined ? structuredClone(manifest) : structuredClone(stored.object);
    for (const [path, value] of applied) {
      // Maps are merged: an empty one takes nothing away from what others have put in.
      if (isJsonObject(value) && isJsonObject(valueAt(object, path)) && !isWhole(path)) continue;
      const others = [...owners].filter(([name, paths]) => name !== owner && paths.has(path));
      const differs = stored !== undefined && !sameJson(valueAt(stored.object, path), value);
      if (differs && others.length > 0 && options.force !== true)
        throw new ApiError({
          status: 409,
          reason: 'Conflict',
          message: `Apply failed with 1 conflict: conflict with "${others[0]?.[0].split('/')[0] ?? ''}": ${path}`,
        });
      if (differs) for (const [, paths] of others) paths.delete(path);
      setAt(object, path, value);
    }
    const mine = new Set(applied.map(([path]) => path));
    for (const path of owners.get(owner) ?? [])
      if (!mine.has(path) && ![...owners].some(([name, paths]) => name !== owner && paths.has(path)))
        removeAt(object, path);
    // Whoever sets what is there already owns it as well: that is a change of the object.
    const isShared = stored !== undefined && !owners.has(owner) && mine.size > 0;
    owners.set(owner, mine);
    this.admit(request, object);
    const next = this.finished(object, stored?.object);
    if (!isShared && stored !== undefined && sameJson(withoutVersion(next), withoutVersion(stored.object)))
      return withOwners(structuredClone(stored.object), owners);
    const answer = this.store(ref, { object: next, owners });
    this.afterWrite(request);
    return answer;
  }

  async patch(ref: ObjectRef, type: PatchType, body: Json, options: WriteOptions = {}): Promise<JsonObject> {
    if (type !== 'merge' || !isJsonObject(body)) throw new Error('only merge patches are known');
    const request = await this.ask('patch', ref, body, options.subresource);
    const stored = this.stored(ref);
    if (stored === undefined) throw notFound(ref);
    const metadata = metadataOf(body);
    checkUid(metadata, stored);
    checkVersion(metadata, stored);
    const answer = this.edit(
      ref,
      (object) => {
        merge(object, body);
        this.admit(request, object);
      },
      this.manager,
      options.subresource,
    );
    this.afterWrite(request);
    const left = this.stored(ref);
    const finalizers = left === undefined ? [] : metadataOf(left.object)['finalizers'];
    if (
      left !== undefined &&
      metadataOf(left.object)['deletionTimestamp'] !== undefined &&
      (!Array.isArray(finalizers) || finalizers.length === 0)
    )
      this.remove(ref);
    return answer;
  }

  async create(resource: ApiResource, manifest: JsonObject): Promise<JsonObject> {
    const ref = refOf(resource, manifest);
    const request = await this.ask('create', ref, manifest, undefined);
    if (this.stored(ref) !== undefined)
      throw new ApiError({ status: 409, reason: 'AlreadyExists', message: 'it is there' });
    const answer = this.put(resource, manifest, this.manager);
    this.afterWrite(request);
    return answer;
  }

  replace(): Promise<JsonObject> {
    return Promise.reject(new Error('not needed'));
  }

  async delete(ref: ObjectRef, options: DeleteOptions = {}): Promise<boolean> {
    const request = await this.ask('delete', ref, undefined, undefined);
    const stored = this.stored(ref);
    if (stored === undefined) return false;
    if (options.uid !== undefined && metadataOf(stored.object)['uid'] !== options.uid)
      throw new ApiError({
        status: 409,
        reason: 'Conflict',
        message: 'Precondition failed: UID in precondition',
      });
    this.remove(ref);
    this.afterWrite(request);
    return true;
  }

  getPath(): Promise<Json> {
    return Promise.reject(new Error('not needed'));
  }

  private async ask(
    verb: string,
    ref: ObjectRef,
    manifest: JsonObject | undefined,
    subresource: string | undefined,
  ): Promise<Request> {
    const name = ref.namespace === undefined ? ref.name : `${ref.namespace}/${ref.name}`;
    const request = {
      verb,
      kind: ref.resource.kind,
      name,
      ...(subresource === undefined ? {} : { subresource }),
    };
    this.requests.push(request);
    await Promise.resolve();
    const refusal = this.refuse(request, manifest);
    if (refusal !== undefined) throw refusal;
    return request;
  }

  private stored(ref: ObjectRef): Stored | undefined {
    return this.objects.get(collectionOf(ref.resource))?.get(keyOf(ref));
  }

  private finished(object: JsonObject, before: JsonObject | undefined): JsonObject {
    const metadata = metadataOf(object);
    object['metadata'] = metadata;
    const old = before === undefined ? {} : metadataOf(before);
    metadata['uid'] = old['uid'] ?? metadata['uid'] ?? `uid-${++this.uids}`;
    const generation = typeof old['generation'] === 'number' ? old['generation'] : 0;
    metadata['generation'] =
      before !== undefined && sameJson(before['spec'], object['spec']) ? generation : generation + 1;
    return object;
  }

  private store(ref: ObjectRef, { object, owners }: Stored): JsonObject {
    metadataOf(object)['resourceVersion'] = String(++this.version);
    const collection = collectionOf(ref.resource);
    const objects = this.objects.get(collection) ?? new Map<string, Stored>();
    this.objects.set(collection, objects);
    const type = objects.has(keyOf(ref)) ? 'MODIFIED' : 'ADDED';
    objects.set(keyOf(ref), { object, owners });
    const shown = withOwners(structuredClone(object), owners);
    this.tell(ref, { type, object: shown });
    return structuredClone(shown);
  }

  private tell(ref: ObjectRef, event: WatchEvent): void {
    for (const { collection, namespace, tell } of this.listeners)
      if (
        collection === collectionOf(ref.resource) &&
        (namespace === undefined || namespace === ref.namespace)
      )
        tell(structuredClone(event));
  }
}

function collectionOf({ group, plural }: ApiResource): string {
  return `${plural}.${group}`;
}

function keyOf({ namespace = '', name }: ObjectRef): string {
  return `${namespace}/${name}`;
}

function metadataOf(object: JsonObject): JsonObject {
  return isJsonObject(object['metadata']) ? object['metadata'] : {};
}

function notFound({ name }: ObjectRef): ApiError {
  return new ApiError({ status: 404, reason: 'NotFound', message: `${name} not found` });
}

function checkUid({ uid }: JsonObject, stored: Stored | undefined): void {
  if (typeof uid !== 'string') return;
  if (stored === undefined)
    throw new ApiError({
      status: 409,
      reason: 'Conflict',
      message: `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
    });
  if (metadataOf(stored.object)['uid'] !== uid)
    throw new ApiError({
      status: 409,
      reason: 'Conflict',
      message: 'Precondition failed: UID in precondition',
    });
}

function checkVersion({ resourceVersion }: JsonObject, stored: Stored | undefined): void {
  if (typeof resourceVersion !== 'string' || stored === undefined) return;
  if (metadataOf(stored.object)['resourceVersion'] !== resourceVersion)
    throw new ApiError({ status: 409, reason: 'Conflict', message: 'the object has been modified' });
}

function merge(target: JsonObject, patch: JsonObject): void {
  for (const [key, value] of Object.entries(patch)) {
    const old = target[key];
    if (value === null) Reflect.deleteProperty(target, key);
    else if (isJsonObject(value) && isJsonObject(old)) merge(old, value);
    else if (key !== 'resourceVersion' && value !== undefined) target[key] = structuredClone(value);
  }
}

function withoutVersion(object: JsonObject): JsonObject {
  const { resourceVersion: _version, ...metadata } = metadataOf(object);
  return { ...object, metadata };
}
