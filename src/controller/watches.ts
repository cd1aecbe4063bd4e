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
};

/** Watches every kind, in the whole cluster or in some namespaces. */
export class Watches {
  /** By {@link sourceOf}. */
  private readonly reflectors: ReadonlyMap<string, Reflector<ObservedObject>>;
  /** One for each kind; of an optional kind that may not be seen it resolves as well. */
  private readonly listed: Promise<void>[] = [];

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
    return Promise.all([...this.reflectors.values()].map((reflector) => reflector.run(signal)));
  }

  /** Resolves once everything that may be seen was listed. */
  get whenListed(): Promise<unknown> {
    return Promise.all(this.listed);
  }

  /** Takes in an object as the API server has it after a write, unless the watch has told of something newer. */
  takeAnswer(resource: ApiResource, object: JsonObject): void {
    const namespace = jsonAt(object, ['metadata', 'namespace']);
    this.reflectors.get(this.sourceOf(resource, namespace))?.take(object);
  }

  private makeReflector(
    { resource, required }: WatchedKind,
    selection: Selection | undefined,
  ): Reflector<ObservedObject> {
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
    const managers = { own: fieldManager, adopted: adopt ?? [] };
    let giveUp: () => void = () => undefined;
    const givenUp = new Promise<void>((resolve) => (giveUp = resolve));
    const made = reflector<ObservedObject>({
      api,
      resource,
      selection,
      project: (object) => observe(resource, object, managers),
      onEvent,
      onProblem: ({ during, error, key, retryInMs }) => {
        const fields = { kind: resource.kind, during, error: String(error), key, retryInMs };
        log?.warn(fields, 'watching has a problem');
        if (!required && error instanceof ApiError && (error.isForbidden || error.isNotFound)) giveUp();
      },
      clock,
      random,
    });
    this.listed.push(Promise.race([made.whenSynced, givenUp]));
    return made;
  }

  /** Who knows the objects of a kind: one for all, or one for each namespace that is watched. */
  private sourceOf(resource: ApiResource, namespace: Json | undefined): string {
    const { namespaces } = this.options;
    const scope = namespaces === undefined || typeof namespace !== 'string' ? '' : namespace;
    return `${resourceName(resource)}/${scope}`;
  }
}
