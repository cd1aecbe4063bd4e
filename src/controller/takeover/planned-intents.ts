import { jsonAt, type Json } from '../../model/json';
import { resourceId, type Resource } from '../../model/resource';
import type { PlannedReady } from './planned-statuses';
import { FINALIZER } from '../status/statuses';

/** An object of intents that the controller would write to. */
export interface PlannedIntents {
  /** `ClientIntents/shop/frontend`. */
  readonly object: string;
  /** Whether it gets the finalizer, so that what follows from it goes before it does. */
  readonly finalizer: boolean;
  /** Whether its status says something else then, or it gets its first one. */
  readonly status: boolean;
  /** What the status says then; absent where it stays as it is. */
  readonly ready?: PlannedReady | undefined;
}

/** Whether it is an object of intents. */
export function isIntents({ group, kind }: Pick<Resource, 'group' | 'kind'>): boolean {
  return group === 'k8s.otterize.com' && (kind === 'ClientIntents' || kind === 'ProtectedService');
}

/**
 * ClientIntents and ProtectedServices that the controller would write to, sorted by object.
 *
 * @param statuses what it would write into their statuses, by the id of the object
 */
export function plannedIntents(
  live: readonly Resource[],
  finalizers: boolean,
  statuses: ReadonlyMap<string, PlannedReady>,
): PlannedIntents[] {
  return live
    .filter(isIntents)
    .filter(({ manifest }) => jsonAt(manifest, ['metadata', 'deletionTimestamp']) === undefined)
    .map((resource): PlannedIntents => {
      const object = resourceId(resource);
      const ready = statuses.get(object);
      return {
        object,
        finalizer: finalizers && !has(resource, ['metadata', 'finalizers'], (one) => one === FINALIZER),
        status: ready !== undefined,
        ...(ready === undefined ? {} : { ready }),
      };
    })
    .filter(({ finalizer, status }) => finalizer || status)
    .sort((a, b) => (a.object < b.object ? -1 : 1));
}

function has({ manifest }: Resource, path: readonly string[], wanted: (one: Json) => boolean): boolean {
  const list = jsonAt(manifest, path);
  return Array.isArray(list) && list.some(wanted);
}
