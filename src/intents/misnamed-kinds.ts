import { INTENTS_GROUP } from './api-group';
import { nearest } from '../model/field-reader';
import type { Finding } from '../model/finding';
import { resourceId, type Resource } from '../model/resource';

/** The kinds of the group that are read. */
const READ: readonly string[] = ['ClientIntents', 'ProtectedService'];

/** Its other kinds configure servers and databases, and declare no connection (otterize-operator 1.2). */
const OTHERS: readonly string[] = ['KafkaServerConfig', 'MySQLServerConfig', 'PostgreSQLServerConfig'];

/**
 * What to say of an object that declares something only to the eye: its kind or group has a slip, so the API server
 * has no such kind and refuses it. Undefined for every kind of the group that exists, and for those of others.
 */
export function misnamedIntents(resource: Resource): Finding | undefined {
  const { group, kind } = resource;
  if (group === INTENTS_GROUP) {
    if (READ.includes(kind) || OTHERS.includes(kind)) return undefined;
    const near = nearest(kind, READ);
    return near === undefined ? unreadKind(resource) : misspelt(resource, 'kind', `Did you mean ${near}?`);
  }
  if (!READ.includes(kind) || !isNearGroup(group)) return undefined;
  return misspelt(resource, 'apiVersion', `Did you mean an apiVersion of ${INTENTS_GROUP}?`);
}

/** The core group is what is left where somebody forgot the group; `otterize.com` is what the label keys end in. */
function isNearGroup(group: string): boolean {
  return group === '' || group === 'otterize.com' || nearest(group, [INTENTS_GROUP]) !== undefined;
}

function misspelt(resource: Resource, field: 'kind' | 'apiVersion', mend: string): Finding {
  const { apiVersion, kind, place } = resource;
  return {
    id: 'misspelt-kind',
    severity: 'error',
    message: `${apiVersion} has no kind ${JSON.stringify(kind.slice(0, 80))}: the API server refuses the object, so it declares nothing`,
    object: resourceId(resource),
    place: place.at([field]),
    mend,
  };
}

function unreadKind(resource: Resource): Finding {
  const { apiVersion, kind, place } = resource;
  return {
    id: 'unread-kind',
    severity: 'warning',
    message: `${JSON.stringify(kind.slice(0, 80))} of ${apiVersion} is not known here, so nothing of what it says is in the policies or in the proof`,
    object: resourceId(resource),
    place: place.at(['kind']),
    mend: `Calls are declared in ${READ.join(' and ')}; leave the object if it means something else.`,
  };
}
