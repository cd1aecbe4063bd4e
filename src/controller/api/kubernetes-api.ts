import type { Json, JsonObject } from '../../model/json';
import type { ApiResource, ObjectRef } from './api-resource';

/** Options every request takes. */
export interface RequestOptions {
  /** Ends the request; it is then rejected with the reason of the signal. */
  readonly signal?: AbortSignal | undefined;
}

export interface PathOptions extends RequestOptions {
  /** The forms to answer in, as an `Accept` header. Default: plain JSON. */
  readonly accept?: string | undefined;
}

/** Which objects of a kind are meant. */
export interface Selection {
  /** Only this namespace; all of them by default. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** Leave `spec` and `status` at the server (`PartialObjectMetadata`). */
  readonly metadataOnly?: boolean | undefined;
}

export interface ListOptions extends RequestOptions, Selection {
  /** Objects per page. Default 500. */
  readonly limit?: number | undefined;
  /** `0` takes what the server has in memory, which may be old but costs it little. Default: the latest. */
  readonly resourceVersion?: string | undefined;
}

export interface ApiList<T> {
  readonly items: readonly T[];
  /** From where a watch goes on. */
  readonly resourceVersion: string;
}

export interface WatchOptions extends RequestOptions, Selection {
  readonly resourceVersion: string;
}

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';

export interface WatchEvent {
  readonly type: WatchEventType;
  readonly object: JsonObject;
}

/** What is common to everything that changes an object. */
export interface WriteOptions extends RequestOptions {
  /** The server checks and answers as if, and stores nothing. */
  readonly dryRun?: boolean | undefined;
  /** For example `status`. */
  readonly subresource?: string | undefined;
}

export interface ApplyOptions extends WriteOptions {
  /** Take fields over from other managers instead of failing with a conflict. */
  readonly force?: boolean | undefined;
}

export type PatchType = 'merge' | 'json' | 'strategic';

export interface DeleteOptions extends RequestOptions {
  readonly dryRun?: boolean | undefined;
  /** Fails with a conflict (409) when the object is no longer this one. */
  readonly uid?: string | undefined;
  /** Fails with a conflict (409) when the object has changed since. */
  readonly resourceVersion?: string | undefined;
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan' | undefined;
}

/**
 * The API server of a cluster. Objects go both ways as plain JSON: the typed calls of the client library drop fields
 * they do not know, among them `from` of a NetworkPolicy, which then allows everybody.
 *
 * Everything here throws an {@link ApiError} when the server refuses, a ConnectionError when no answer comes. Requests
 * are limited to a rate, and 429 and 503 with `Retry-After` are waited out a few times; other errors are not retried.
 */
export interface KubernetesApi {
  /** All objects in pages; starts anew when the server forgets the list half-way (410). */
  list(resource: ApiResource, options?: ListOptions): Promise<ApiList<JsonObject>>;
  /**
   * As `list`, and keeps of each object what `project` makes of it: whole objects are in memory for one page at a time.
   */
  listAs<T>(
    resource: ApiResource,
    project: (object: JsonObject) => T,
    options?: ListOptions,
  ): Promise<ApiList<T>>;
  /**
   * Tells of changes until the server ends the watch (resolves), or it fails (rejects). Bookmarks are asked for. A line
   * that says nothing for too long counts as broken. `onEvent` is called in order and must not throw.
   */
  watch(resource: ApiResource, options: WatchOptions, onEvent: (event: WatchEvent) => void): Promise<void>;
  /** The object, or undefined when there is none. */
  get(ref: ObjectRef, options?: RequestOptions): Promise<JsonObject | undefined>;
  /** Server-side apply with the field manager of this client. Gives the object as the server has it now. */
  apply(resource: ApiResource, manifest: JsonObject, options?: ApplyOptions): Promise<JsonObject>;
  /** Changes some fields; the field manager is that of this client. */
  patch(ref: ObjectRef, type: PatchType, body: Json, options?: WriteOptions): Promise<JsonObject>;
  create(resource: ApiResource, manifest: JsonObject, options?: WriteOptions): Promise<JsonObject>;
  /** Writes the whole object; with `metadata.resourceVersion` only when nobody else did since (409). */
  replace(resource: ApiResource, manifest: JsonObject, options?: WriteOptions): Promise<JsonObject>;
  /** Whether there was something to delete. */
  delete(ref: ObjectRef, options?: DeleteOptions): Promise<boolean>;
  /** Any path of the server, for discovery and versions. */
  getPath(path: string, options?: PathOptions): Promise<Json>;
}
