import { ApiError } from './api/api-error';
import { resourceName, type ApiResource } from './api/api-resource';
import type { Selection } from './api/kubernetes-api';
import { createReflector, type Reflector } from './api/reflector';
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
  /** Told when something may be seen that could not before. */
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
          this.makeReflector(kind, selection),
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

  /** Takes in an object as the API server has it after a write, unless the watch has told of something newer. */
  takeAnswer(resource: ApiResource, object: JsonObject): void {
    const namespace = jsonAt(object, ['metadata', 'namespace']);
    this.reflectors.get(this.sourceOf(resource, namespace))?.take(object);
  }

  private makeReflector(kind: WatchedKind, selection: Selection | undefined): Reflector<ObservedObject> {
    const { resource } = kind;
    const {
      api,
      reflector = createReflector,
      clock,
      random,
      log,
      onEvent,
      fieldManager,
      adopt,
    } = this.options;
    const scope = { ...kind, namespace: selection?.namespace };
    const managers = { own: fieldManager, adopted: adopt ?? [] };
    let giveUp: () => void = () => undefined;
    const givenUp = new Promise<void>((resolve) => (giveUp = resolve));
    let forbiddenSince: number | undefined;
    const source = this.sourceOf(resource, scope.namespace);
    const made: Reflector<ObservedObject> = reflector<ObservedObject>({
      api,
      resource,
      selection,
      project: (object) => observe(resource, object, managers),
      onEvent,
      onProblem: ({ during, error, key, retryInMs }) => {
        const fields = { kind: resource.kind, during, error: String(error), object: key, retryInMs };
        log?.warn(fields, 'watching has a problem');
        if (made.synced || !(error instanceof ApiError)) return;
        if (error.isForbidden) forbiddenSince ??= clock.now();
        if (!mayGiveUp(scope, error, forbiddenSince === undefined ? 0 : clock.now() - forbiddenSince)) return;
        if (error.isForbidden) this.lost.set(source, scope);
        giveUp();
      },
      clock,
      random,
    });
    this.listed.push(Promise.race([made.whenSynced, givenUp]));
    void made.whenSynced.then(() => {
      if (this.lost.delete(source)) this.options.onSeen?.();
    });
    return made;
  }

  /** Who knows the objects of a kind: one for all, or one for each namespace that is watched. */
  private sourceOf(resource: ApiResource, namespace: Json | undefined): string {
    const { namespaces } = this.options;
    const scope = namespaces === undefined || typeof namespace !== 'string' ? '' : namespace;
    return `${resourceName(resource)}/${scope}`;
  }
}

const NONE: readonly string[] = [];

/**
 * Whether nothing waits any more for a kind that could not be listed: one that is optional, or one of a namespace, which may
 * be gone with the Role in it, so that the others need not wait for it.
 */
function mayGiveUp({ required, namespace }: Scope, error: ApiError, forbiddenFor: number): boolean {
  if (!required) return error.isForbidden || error.isNotFound;
  return namespace !== undefined && error.isForbidden && forbiddenFor >= LASTING;
}
