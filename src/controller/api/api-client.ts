import type { Json, JsonObject } from '../../model/json';
import { isJsonObject } from '../../model/json';
import { ApiError, ConnectionError } from './api-error';
import {
  apiVersionOf,
  collectionPath,
  objectPath,
  refOf,
  type ApiResource,
  type ObjectRef,
} from './api-resource';
import { SYSTEM_CLOCK, type Clock, type Random } from './clock';
import type {
  ApiList,
  ApplyOptions,
  DeleteOptions,
  KubernetesApi,
  ListOptions,
  PatchType,
  PathOptions,
  RequestOptions,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from './kubernetes-api';
import { listInPages } from './list-in-pages';
import { Requester, type RequestReport } from './requester';
import type { RateLimit } from './token-bucket';
import type { Connection } from './transport';
import { readWatch } from './read-watch';

export interface ApiClientOptions {
  readonly connection: Connection;
  /** Which part of us asks: `cdk8s-intents/<component>` stands in the audit log of the server. */
  readonly component: string;
  /** Whose fields the fields that we apply are. Default `cdk8s-intents`. */
  readonly fieldManager?: string | undefined;
  /** Default 200 requests per second, 400 at once. Watches count once, when they begin. */
  readonly rate?: RateLimit | undefined;
  /** Requests that wait for an answer at the same time, without watches. Default 32. */
  readonly concurrency?: number | undefined;
  /** Silence after which a request counts as lost, in milliseconds. Default 60,000. */
  readonly idleMs?: number | undefined;
  /** The same for watches, where bookmarks should come every minute. Default 90,000. */
  readonly watchIdleMs?: number | undefined;
  /** How long the server keeps a watch open, in seconds; up to twice as long, so that not all end together. Default 300. */
  readonly watchSeconds?: number | undefined;
  /** Told of every request that ended, retries one by one. */
  readonly onRequest?: ((report: RequestReport) => void) | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
}

const PATCH_TYPES: Record<PatchType, string> = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
};

type Query = Readonly<Record<string, string | undefined>>;

/** The API server at the other end of a connection. Opens nothing before the first request. */
export function createApiClient(options: ApiClientOptions): KubernetesApi {
  return new ApiClient(options);
}

class ApiClient implements KubernetesApi {
  private readonly requester: Requester;
  private readonly fieldManager: string;
  private readonly watchSeconds: number;
  private readonly random: Random;

  constructor(options: ApiClientOptions) {
    const { clock = SYSTEM_CLOCK, random = Math.random } = options;
    this.requester = new Requester({ ...options, clock, random });
    this.fieldManager = options.fieldManager ?? 'cdk8s-intents';
    this.watchSeconds = options.watchSeconds ?? 300;
    this.random = random;
  }

  list(resource: ApiResource, options: ListOptions = {}): Promise<ApiList<JsonObject>> {
    return this.listAs(resource, (object) => object, options);
  }

  listAs<T>(
    resource: ApiResource,
    project: (object: JsonObject) => T,
    options: ListOptions = {},
  ): Promise<ApiList<T>> {
    const { metadataOnly = false, limit = 500, signal } = options;
    const path = collectionPath(resource, options.namespace);
    const select = selectors(options);
    return listInPages(resource, project, limit, (page) =>
      this.requester.json({
        verb: 'list',
        resource,
        method: 'GET',
        path: withQuery(path, { ...select, resourceVersion: options.resourceVersion, ...page }),
        accept: metadataOnly ? metadataForm('PartialObjectMetadataList') : undefined,
        signal,
      }),
    );
  }

  async watch(
    resource: ApiResource,
    options: WatchOptions,
    onEvent: (event: WatchEvent) => void,
  ): Promise<void> {
    const path = withQuery(collectionPath(resource, options.namespace), {
      ...selectors(options),
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: options.resourceVersion,
      timeoutSeconds: String(Math.round(this.watchSeconds * (1 + this.random()))),
    });
    await readWatch(resource, onEvent, (onPart) =>
      this.requester.stream(
        {
          verb: 'watch',
          resource,
          method: 'GET',
          path,
          accept: options.metadataOnly === true ? metadataForm('PartialObjectMetadata') : undefined,
          signal: options.signal,
        },
        onPart,
      ),
    );
  }

  async get(ref: ObjectRef, { signal }: RequestOptions = {}): Promise<JsonObject | undefined> {
    try {
      return asObject(
        await this.requester.json({
          verb: 'get',
          resource: ref.resource,
          method: 'GET',
          path: objectPath(ref),
          signal,
        }),
      );
    } catch (error) {
      if (error instanceof ApiError && error.isNotFound) return undefined;
      throw error;
    }
  }

  apply(resource: ApiResource, manifest: JsonObject, options: ApplyOptions = {}): Promise<JsonObject> {
    const force = options.force === true ? 'true' : undefined;
    return this.write('apply', refOf(resource, manifest), options, {
      method: 'PATCH',
      // JSON is YAML, and this is the media type that every server from 1.22 on knows.
      contentType: 'application/apply-patch+yaml',
      query: { force },
      body: { apiVersion: apiVersionOf(resource), kind: resource.kind, ...manifest },
    });
  }

  patch(ref: ObjectRef, type: PatchType, body: Json, options: WriteOptions = {}): Promise<JsonObject> {
    return this.write('patch', ref, options, { method: 'PATCH', contentType: PATCH_TYPES[type], body });
  }

  create(resource: ApiResource, manifest: JsonObject, options: WriteOptions = {}): Promise<JsonObject> {
    const ref = refOf(resource, manifest);
    const path =
      options.subresource === undefined
        ? collectionPath(resource, ref.namespace)
        : objectPath(ref, options.subresource);
    return this.write('create', ref, options, { method: 'POST', path, body: manifest });
  }

  replace(resource: ApiResource, manifest: JsonObject, options: WriteOptions = {}): Promise<JsonObject> {
    return this.write('update', refOf(resource, manifest), options, { method: 'PUT', body: manifest });
  }

  async delete(ref: ObjectRef, options: DeleteOptions = {}): Promise<boolean> {
    const { uid, resourceVersion, propagation = 'Background', dryRun, signal } = options;
    const preconditions =
      uid === undefined && resourceVersion === undefined
        ? {}
        : { preconditions: { ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) } };
    try {
      await this.requester.json({
        verb: 'delete',
        resource: ref.resource,
        method: 'DELETE',
        path: withQuery(objectPath(ref), { dryRun: dryRun === true ? 'All' : undefined }),
        body: JSON.stringify({
          apiVersion: 'v1',
          kind: 'DeleteOptions',
          propagationPolicy: propagation,
          ...preconditions,
        }),
        signal,
      });
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.isNotFound) return false;
      throw error;
    }
  }

  getPath(path: string, { signal, accept }: PathOptions = {}): Promise<Json> {
    return this.requester.json({ verb: 'get', method: 'GET', path, accept, signal });
  }

  private async write(
    verb: string,
    ref: ObjectRef,
    options: WriteOptions,
    write: Write,
  ): Promise<JsonObject> {
    const path = write.path ?? objectPath(ref, options.subresource);
    const answer = await this.requester.json({
      verb,
      resource: ref.resource,
      method: write.method,
      path: withQuery(path, {
        fieldManager: this.fieldManager,
        dryRun: options.dryRun === true ? 'All' : undefined,
        ...write.query,
      }),
      body: JSON.stringify(write.body),
      contentType: write.contentType,
      signal: options.signal,
    });
    return asObject(answer);
  }
}

interface Write {
  readonly method: 'PATCH' | 'POST' | 'PUT';
  readonly path?: string;
  readonly contentType?: string;
  readonly query?: Query;
  readonly body: Json;
}

/** Metadata alone (Kubernetes API concepts, "Metadata-only fetches"), or plain where a server does not know that. */
function metadataForm(form: string): string {
  return `application/json;as=${form};g=meta.k8s.io;v=v1, application/json`;
}

function selectors({ labelSelector, fieldSelector }: ListOptions): Query {
  return { labelSelector, fieldSelector };
}

function withQuery(path: string, query: Query): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`;
}

function asObject(value: Json): JsonObject {
  if (isJsonObject(value)) return value;
  throw new ConnectionError('The API server answered with something that is not an object', 'BAD_BODY');
}
