import type { JsonObject } from '../../model/json';
import type { ApiResource } from './api-resource';
import type { Clock, Random } from './clock';
import type { KubernetesApi, Selection } from './kubernetes-api';
import type { ObjectKey, Store, StoreEvent } from './store';

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
}
