import type { Clock, Random } from './api/clock';
import type { KubernetesApi } from './api/kubernetes-api';
import type { Reflector, ReflectorOptions } from './api/reflector';
import type { ControllerHooks, ControllerLog } from './controller-hooks';
import type { WatchedKind } from './observed/watched-kinds';
import type { CompileSettings } from '../proof/compile-resources';

/** Makes what keeps a store true to the API server. */
export type ReflectorFactory = <T>(options: ReflectorOptions<T>) => Reflector<T>;

/** What a controller is made of. */
export interface ControllerOptions {
  readonly api: KubernetesApi;
  /** Default: the watch layer of this package. */
  readonly reflector?: ReflectorFactory | undefined;
  readonly clock: Clock;
  readonly random: Random;
  /** Field manager under which `api` writes: what carries it is the controller's own. */
  readonly fieldManager: string;
  /** Kinds to watch, as {@link discoverKinds} finds them. */
  readonly kinds: readonly WatchedKind[];
  /** The same settings that `intents compile` has. */
  readonly settings: CompileSettings;
  /** Only these namespaces are watched and written, with no rights outside of them. Default: all. */
  readonly namespaces?: readonly string[] | undefined;
  /** Nothing is written: what would be is said in the log and to the hooks. Default false. */
  readonly dryRun?: boolean | undefined;
  /**
   * Whether intents carry a finalizer, so that deleting one leaves nothing behind even while no controller runs; without, one
   * that is there is taken off. Default true, false with `namespaces`.
   */
  readonly finalizers?: boolean | undefined;
  /**
   * Field managers whose policies and labels count as the controller's own: of an operator that it takes over from.
   * Default: none.
   */
  readonly adopt?: readonly string[] | undefined;
  /** Name of this replica, for Events. */
  readonly instance: string;
  /** Writes that may be on their way at one time. Default 24. */
  readonly concurrency?: number | undefined;
  readonly hooks?: ControllerHooks | undefined;
  readonly log?: ControllerLog | undefined;
}
