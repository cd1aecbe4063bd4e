import { isJsonObject, type JsonObject } from '../../model/json';
import { ApiError, ConnectionError } from './api-error';
import type { ApiResource } from './api-resource';
import { BackOff } from './back-off';
import { sleep, type Clock, type Random } from './clock';
import type { KubernetesApi, Selection, WatchEvent } from './kubernetes-api';
import { ObjectStore, type Observed } from './object-store';
import { isOlderVersion } from './resource-version';
import { objectKey, type ObjectKey, type Store, type StoreEvent } from './store';
import { LineError } from './transport';

export interface ReflectorOptions<T> {
  readonly api: KubernetesApi;
  readonly resource: ApiResource;
  readonly selection?: Selection | undefined;
  /**
   * Keeps of an object what somebody needs; undefined for objects of no interest. An object it throws for is left out,
   * and told to `onProblem`.
   */
  readonly project: (object: JsonObject) => T | undefined;
  /** Whether a change can be kept silent. Default: no change is. */
  readonly same?: ((before: T, after: T) => boolean) | undefined;
  /** Called in order, after the store has changed. */
  readonly onEvent?: ((event: StoreEvent<T>) => void) | undefined;
  readonly onProblem?: ((problem: ReflectorProblem) => void) | undefined;
  /** A list came in, or a watch told of something. */
  readonly onWell?: ((during: 'list' | 'watch') => void) | undefined;
  readonly clock: Clock;
  readonly random: Random;
}

/** What went wrong on the way. The reflector goes on by itself. */
export interface ReflectorProblem {
  readonly resource: ApiResource;
  readonly during: 'list' | 'watch' | 'object';
  readonly error: unknown;
  /** The object it is about, when `during` is `object`. */
  readonly key?: ObjectKey | undefined;
  /** Until the next try; absent when nothing is tried again. */
  readonly retryInMs?: number | undefined;
}

/** Keeps a {@link Store} true to what the API server has, for as long as it runs. */
export interface Reflector<T> {
  readonly store: Store<T>;
  /** Whether a list has come in whole. */
  readonly synced: boolean;
  /** Resolves with the first whole list. */
  readonly whenSynced: Promise<void>;
  /** Lists, watches, and does so again after every failure, until the signal says to stop. Never rejects. */
  run(signal: AbortSignal): Promise<void>;
  /**
   * Takes in an object as the answer to a write has it, so that nobody waits for the watch to tell of it. Answers and
   * watches come over different connections, in either order: an answer that the watch is past already says nothing
   * new, and what the watch still tells from before the answer is left out.
   */
  take(answer: JsonObject): void;
}

/** A reflector that does nothing before it runs. */
export function createReflector<T>(options: ReflectorOptions<T>): Reflector<T> {
  return new ListAndWatch(options);
}

/** Milliseconds. A watch that lived for 10 s was a good one, however it ended. */
const WAITS = { first: 200, most: 30_000, wellAfter: 10_000 };

class ListAndWatch<T> implements Reflector<T> {
  readonly store: ObjectStore<T>;
  readonly whenSynced: Promise<void>;
  private readonly backOff: BackOff;
  private tellSynced: () => void = () => undefined;
  private isSynced = false;
  /** From where to watch; undefined when a list is due. */
  private version: string | undefined;
  /** Up to where everything was told; empty before the first list. */
  private told = '';
  /** Versions of objects that are known from answers, and that the watch has not come to yet. */
  private readonly ahead = new Map<ObjectKey, string>();

  constructor(private readonly options: ReflectorOptions<T>) {
    this.store = new ObjectStore(options.same ?? (() => false));
    this.backOff = new BackOff(WAITS, options.clock, options.random);
    this.whenSynced = new Promise((resolve) => (this.tellSynced = resolve));
  }

  get synced(): boolean {
    return this.isSynced;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const during = this.version === undefined ? 'list' : 'watch';
      const error = await this.step(signal).then(
        () => undefined,
        (reason: unknown) => reason ?? new Error('failed without a reason'),
      );
      if (isStopped(signal)) return;
      if (during === 'list' && error === undefined) continue;
      if (needsList(error)) this.version = undefined;
      const wait = this.backOff.next(secondsAsked(error) * 1000);
      if (error !== undefined && !isEveryday(error)) this.problem({ during, error, retryInMs: wait });
      await sleep(this.options.clock, wait, signal);
    }
  }

  /** One list, or one watch until it ends. */
  private async step(signal: AbortSignal): Promise<void> {
    this.backOff.start();
    if (this.version === undefined) await this.list(signal);
    else await this.watch(this.version, signal);
  }

  private async list(signal: AbortSignal): Promise<void> {
    const { api, resource, selection } = this.options;
    const { items, resourceVersion } = await api.listAs(resource, (object) => this.observe(object), {
      ...selection,
      signal,
    });
    signal.throwIfAborted();
    for (const [key, version] of this.ahead)
      if (!isOlderVersion(resourceVersion, version)) this.ahead.delete(key);
    const listed = items.filter((item) => item !== undefined);
    for (const event of this.store.replace(listed, this.ahead)) this.tell(event);
    this.version = resourceVersion;
    this.told = resourceVersion;
    this.isSynced = true;
    this.tellSynced();
    this.options.onWell?.('list');
  }

  private watch(resourceVersion: string, signal: AbortSignal): Promise<void> {
    const { api, resource, selection } = this.options;
    return api.watch(resource, { ...selection, resourceVersion, signal }, (event) => {
      if (signal.aborted) return;
      this.watched(event);
      this.options.onWell?.('watch');
    });
  }

  take(answer: JsonObject): void {
    const observed = this.observe(answer);
    if (observed === undefined || this.isTold(observed.resourceVersion)) return;
    this.ahead.set(observed.key, observed.resourceVersion);
    const event = this.store.put(observed);
    if (event !== undefined) this.tell(event);
  }

  private watched({ type, object }: WatchEvent): void {
    // A bookmark has a version and nothing else.
    const observed = type === 'BOOKMARK' ? undefined : this.observe(object);
    if (observed !== undefined && !this.isAhead(observed)) {
      const event = type === 'DELETED' ? this.store.remove(observed.key) : this.store.put(observed);
      if (event !== undefined) this.tell(event);
    }
    const version = versionOf(object);
    if (version === '') return;
    this.version = version;
    this.told = version;
  }

  private isTold(version: string): boolean {
    return version === this.told || isOlderVersion(version, this.told);
  }

  /** Whether an answer has told more of an object than an event does. */
  private isAhead({ key, resourceVersion }: Observed<T>): boolean {
    const version = this.ahead.get(key);
    if (version === undefined) return false;
    if (isOlderVersion(resourceVersion, version)) return true;
    this.ahead.delete(key);
    return false;
  }

  /** The trimmed form; undefined for what has no name, which no API server would ever send. */
  private observe(object: JsonObject): Observed<T> | undefined {
    const metadata = isJsonObject(object['metadata']) ? object['metadata'] : {};
    const { name, namespace } = metadata;
    if (typeof name !== 'string' || name === '') {
      this.problem({ during: 'object', error: new TypeError('An object without a name is left out') });
      return undefined;
    }
    const key = objectKey(typeof namespace === 'string' ? namespace : undefined, name);
    return { key, resourceVersion: versionOf(object), value: this.project(key, object) };
  }

  private project(key: ObjectKey, object: JsonObject): T | undefined {
    try {
      return this.options.project(object);
    } catch (error) {
      this.problem({ during: 'object', error, key });
      return undefined;
    }
  }

  /** What listens must not stop what watches. */
  private tell(event: StoreEvent<T>): void {
    try {
      this.options.onEvent?.(event);
    } catch (error) {
      this.problem({ during: 'object', error, key: event.key });
    }
  }

  private problem(problem: Omit<ReflectorProblem, 'resource'>): void {
    try {
      this.options.onProblem?.({ resource: this.options.resource, ...problem });
    } catch {
      // There is nobody left to tell.
    }
  }
}

/** Asked anew after every wait, which a narrowed property would not be. */
function isStopped(signal: AbortSignal): boolean {
  return signal.aborted;
}

function versionOf(object: JsonObject): string {
  const metadata = object['metadata'];
  const version = isJsonObject(metadata) ? metadata['resourceVersion'] : undefined;
  return typeof version === 'string' ? version : '';
}

/**
 * Whether going on from the last version cannot help: the server has forgotten it (410), takes it for no version at all
 * (400), serves the kind no more (404, 405), lets nobody see it (403: what has happened by the time it does may be forgotten),
 * or sends what is no event there.
 */
function needsList(error: unknown): boolean {
  if (error instanceof LineError) return true;
  return error instanceof ApiError && [400, 403, 404, 405, 410].includes(error.status);
}

/** A version that is too old and a line that went dead are part of watching. */
function isEveryday(error: unknown): boolean {
  return error instanceof ApiError
    ? error.isExpired
    : error instanceof ConnectionError && error.code === 'ETIMEDOUT';
}

function secondsAsked(error: unknown): number {
  return error instanceof ApiError ? (error.retryAfterSeconds ?? 0) : 0;
}
