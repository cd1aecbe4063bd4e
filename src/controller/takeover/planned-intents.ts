import { jsonAt, type Json } from '../../model/json';
import { resourceId, type Resource } from '../../model/resource';
import { FINALIZER } from '../status/statuses';

/** An object of intents that the controller would write to. */
export interface PlannedIntents {
  /** `ClientIntents/shop/frontend`. */
  readonly object: string;
  /** Whether it gets the finalizer, so that what follows from it goes before it does. */
  readonly finalizer: boolean;
  /** Whether it gets its first status. One that is there is kept true as well: that is not told here. */
  readonly status: boolean;
}

/** ClientIntents and ProtectedServices that were not looked after yet, sorted by object. */
export function plannedIntents(live: readonly Resource[], finalizers: boolean): PlannedIntents[] {
  return live
    .filter(
      ({ group, kind }) =>
        group === 'k8s.otterize.com' && (kind === 'ClientIntents' || kind === 'ProtectedService'),
    )
    .filter(({ manifest }) => jsonAt(manifest, ['metadata', 'deletionTimestamp']) === undefined)
    .map((resource) => ({
      object: resourceId(resource),
      finalizer: finalizers && !has(resource, ['metadata', 'finalizers'], (one) => one === FINALIZER),
      status: !has(resource, ['status', 'conditions'], (one) => jsonAt(one, ['type']) === 'Ready'),
    }))
    .filter(({ finalizer, status }) => finalizer || status)
    .sort((a, b) => (a.object < b.object ? -1 : 1));
}

function has({ manifest }: Resource, path: readonly string[], wanted: (one: Json) => boolean): boolean {
  const list = jsonAt(manifest, path);
  return Array.isArray(list) && list.some(wanted);
}
