import { ApiError } from './api/api-error';
import { resourceName, type ApiResource } from './api/api-resource';
import type { Selection } from './api/kubernetes-api';
import type { Clock } from './api/clock';
import { createReflector, type Reflector, type ReflectorProblem } from './api/reflector';
import type { StoreEvent } from './api/store';
import type { ControllerOptions } from './controller-options';
import { observe, type ObservedObject } from './observed/observed-object';
import type { WatchedKind } from './observed/watched-kinds';
import { jsonAt, type Json, type JsonObject } from '../model/json';

/** What watches are made with. */
export type WatchesOptions = Pick<
  ControllerOptions,
  'api' | 'reflector' | 'clock' | 'random' | 'kinds' | 'namespaces' | 'fieldManager' | 'adopt' | 'log'
> & {
  /** Told of everything that comes, changes or goes. */
  readonly onEvent: (event: StoreEvent<ObservedObject>) => void;
  /** Told when something may be seen that could not before, and when something may not any more. */
  readonly onSeen?: (() => void) | undefined;
};

/** A kind, in all of the cluster or in a namespace. */
interface Scope extends WatchedKind {
  readonly namespace: string | undefined;
}

/**
 * How long the right to see a kind of a namespace has to be missing before it counts as missing, in milliseconds: API servers
 * notice a Role that was made with the replica a moment later.
 */
const LASTING = 5_000;

/** Watches every kind, in the whole cluster or in some namespaces. */
export class Watches {
  /** By {@link sourceOf}. */
  private readonly reflectors: ReadonlyMap<string, Reflector<ObservedObject>>;
  /** One for each kind and namespace; where it may not be seen it resolves as well, see {@link mayGiveUp}. */
  private readonly listed: Promise<void>[] = [];
  private readonly lost = new Map<string, Scope>();

  constructor(private readonly options: WatchesOptions) {
    const { kinds, namespaces } = options;
    const scopes = namespaces?.map((namespace) => ({ namespace })) ?? [undefined];
    this.reflectors = new Map(
      kinds.flatMap((kind) =>
        scopes.map((selection) => [
          this.sourceOf(kind.resource, selection?.namespace),
          this.makeReflector(kind, { ...kind.selection, ...selection }),
        ]),
      ),
    );
  }

  /** Never rejects; resolves when `signal` has ended all of them. */
  run(signal: AbortSignal): Promise<unknown> {
    void this.whenListed.then(() => {
      const { unseen } = this;
      if (unseen.length > 0) this.options.log?.warn({ unseen }, 'may not be seen, and counts as not there');
    });
    return Promise.all([...this.reflectors.values()].map((reflector) => reflector.run(signal)));
  }

  /** Resolves once everything that may be seen was listed. */
  get whenListed(): Promise<unknown> {
    return Promise.all(this.listed);
  }

  /** What may not be seen: `namespace b`, or a kind of the cluster as `gateways.gateway.networking.k8s.io`. Sorted. */
  get unseen(): readonly string[] {
    const words = [...this.lost.values()].map(({ resource, namespace }) => {
      if (namespace === undefined) return resourceName(resource);
      const isWhole = this.unseenNamespaces.includes(namespace);
      return isWhole ? `namespace ${namespace}` : `${resourceName(resource)} in ${namespace}`;
    });
    return [...new Set(words)].sort();
  }

  /** Namespaces that are to be watched, and of which a required kind may not be seen: what is known of them is not all. */
  get unseenNamespaces(): readonly string[] {
    if (this.lost.size === 0) return NONE;
    const names = [...this.lost.values()].map(({ required, namespace }) =>
      required ? namespace : undefined,
    );
    return [...new Set(names.filter((name) => name !== undefined))].sort();
  }

  /**
   * The required kinds that may not be seen in a namespace, or anywhere: `pods`, sorted. Nobody can tell how things are in a
   * namespace of which these are not known.
   */
  unseenIn(name: string): readonly string[] {
    if (this.lost.size === 0) return NONE;
    const here = [...this.lost.values()].filter(
      ({ required, namespace = name }) => required && namespace === name,
    );
    return [...new Set(here.map(({ resource }) => resourceName(resource)))].sort();
  }

  /** Takes in an object as the API server has it after a write, unless the watch has told of something newer. */
  takeAnswer(resource: ApiResource, object: JsonObject): void {
    const namespace = jsonAt(object, ['metadata', 'namespace']);
    this.reflectors.get(this.sourceOf(resource, namespace))?.take(object);
  }

  private makeReflector(kind: WatchedKind, selection: Selection): Reflector<ObservedObject> {
    const { resource } = kind;
    const { api, reflector = createReflector, clock, random, onEvent, fieldManager, adopt } = this.options;
    const scope = { ...kind, namespace: selection.namespace };
    const managers = { own: fieldManager, adopted: adopt ?? [] };
    let giveUp: () => void = () => undefined;
    const givenUp = new Promise<void>((resolve) => (giveUp = resolve));
    const source = this.sourceOf(resource, scope.namespace);
    const rights = new LostRight(clock);
    const made: Reflector<ObservedObject> = reflector<ObservedObject>({
      api,
      resource,
      selection,
      project: (object) => observe(resource, object, managers),
      onEvent,
      onProblem: (problem) => {
        this.report(resource, problem);
        const { error, during } = problem;
        if (!(error instanceof ApiError)) return;
        if (error.isForbidden && during !== 'object') rights.missing(during);
        if (made.synced) {
          if (rights.missingFor >= LASTING) this.lose(source, scope);
          return;
        }
        if (!mayGiveUp(scope, error, rights.missingFor)) return;
        if (error.isForbidden) this.lost.set(source, scope);
        giveUp();
      },
      onWell: (during) => {
        if (rights.there(during) && this.lost.delete(source)) this.options.onSeen?.();
      },
      clock,
      random,
    });
    this.listed.push(Promise.race([made.whenSynced, givenUp]));
    return made;
  }

  private report(resource: ApiResource, { during, error, key, retryInMs }: ReflectorProblem): void {
    const fields = { kind: resource.kind, during, error: String(error), object: key, retryInMs };
    this.options.log?.warn(fields, 'watching has a problem');
  }

  /** The right to see something was taken away: what is known of it is as it was then. */
  private lose(source: string, scope: Scope): void {
    if (this.lost.has(source)) return;
    this.lost.set(source, scope);
    this.options.log?.error(
      { unseen: this.unseen },
      'may not be seen any more: what is known of it grows old',
    );
    this.options.onSeen?.();
  }

  /** Who knows the objects of a kind: one for all, or one for each namespace that is watched. */
  private sourceOf(resource: ApiResource, namespace: Json | undefined): string {
    const { namespaces } = this.options;
    const scope = namespaces === undefined || typeof namespace !== 'string' ? '' : namespace;
    return `${resourceName(resource)}/${scope}`;
  }
}

const NONE: readonly string[] = [];

/** Since when the right to list or to watch something is missing. */
class LostRight {
  private since: number | undefined;
  private during: 'list' | 'watch' = 'list';

  constructor(private readonly clock: Clock) {}

  /** Milliseconds; 0 while nothing is missing. */
  get missingFor(): number {
    return this.since === undefined ? 0 : this.clock.now() - this.since;
  }

  missing(during: 'list' | 'watch'): void {
    this.since ??= this.clock.now();
    this.during = during;
  }

  /** Something was done: whether nothing is missing now. A list that comes in does not say that one may watch. */
  there(done: 'list' | 'watch'): boolean {
    if (done === 'list' && this.during === 'watch' && this.since !== undefined) return false;
    this.since = undefined;
    this.during = 'list';
    return true;
  }
}

/**
 * Whether nothing waits any more for a kind that could not be listed: one that is optional, or one of a namespace, which may
 * be gone with the Role in it, so that the others need not wait for it.
 */
function mayGiveUp({ required, namespace }: Scope, error: ApiError, forbiddenFor: number): boolean {
  if (!required) return error.isForbidden || error.isNotFound;
  return namespace !== undefined && error.isForbidden && forbiddenFor >= LASTING;
}
