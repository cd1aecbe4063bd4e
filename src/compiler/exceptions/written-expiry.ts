import { daysBetween, isDay, NOTICE_DAYS } from './expiry';
import { EXPIRES_ANNOTATION, OWNER_ANNOTATION, REASON_ANNOTATION } from './external-access';
import type { Finding } from '../../model/finding';
import { jsonAt } from '../../model/json';
import { resourceId, type Resource } from '../../model/resource';

/**
 * What the annotations of written policies say of their last day: an error for an exception that has run out, a warning for
 * one that soon will, and for a day that is none. So an exception ends for those too who only check what was rendered.
 *
 * @param today as `2026-12-31`
 */
export function writtenExpiryFindings(resources: readonly Resource[], today: string): Finding[] {
  return resources.flatMap((resource) => {
    const expires = annotation(resource, EXPIRES_ANNOTATION);
    if (expires === undefined || expires === 'never') return [];
    if (!isDay(expires)) return [noDay(resource, expires)];
    const left = daysBetween(today, expires);
    return left > NOTICE_DAYS ? [] : [ending(resource, expires, left)];
  });
}

function ending(resource: Resource, expires: string, left: number): Finding {
  const owner = annotation(resource, OWNER_ANNOTATION) ?? 'nobody named';
  const reason = annotation(resource, REASON_ANNOTATION) ?? 'no reason given';
  const when = left === 0 ? 'today' : left === 1 ? 'tomorrow' : `in ${left} days`;
  const said = left < 0 ? `ended on ${expires}` : `ends ${when}, on ${expires}`;
  return {
    id: left < 0 ? 'external-access-expired' : 'external-access-expires-soon',
    severity: left < 0 ? 'error' : 'warning',
    message: `The exception ${resourceId(resource)} ${said} (${owner}: ${reason})`,
    object: resourceId(resource),
    place: placeOf(resource),
    mend: `Ask ${owner} whether it is still needed: remove it, or give the ExternalAccess that it is made of a new day.`,
  };
}

function noDay(resource: Resource, expires: string): Finding {
  return {
    id: 'invalid-field',
    severity: 'warning',
    message: `The annotation ${EXPIRES_ANNOTATION} is ${JSON.stringify(expires.slice(0, 80))}, which is no day, so the exception never ends`,
    object: resourceId(resource),
    place: placeOf(resource),
    mend: "Write a day such as 2026-12-31, or never. In YAML, with quotes: '2026-12-31'.",
  };
}

function annotation({ manifest }: Resource, key: string): string | undefined {
  const value = jsonAt(manifest, ['metadata', 'annotations', key]);
  return typeof value === 'string' ? value : undefined;
}

function placeOf({ place }: Resource): Finding['place'] {
  return place.at(['metadata', 'annotations', EXPIRES_ANNOTATION]);
}
