import type { EventText } from '../event-recorder';
import { isJsonObject, type Json, type JsonObject } from '../../model/json';

/** What an Event tells when it happens, or what passes by itself. */
const TOLD_OTHERWISE: ReadonlySet<string> = new Set([
  'Pending',
  'PolicyNotWritten',
  'LabelsNotSet',
  'Conflict',
  'DeclaredCallDenied',
  'DeclaredCallPartlyAllowed',
  // The condition Resolved says it in full.
  'NotResolved',
]);

/**
 * What people are told of when a status says something else than before: that an object cannot be read, whom it does not lead to.
 * What the status said already was told then, maybe by another replica.
 */
export function newsOf(before: Json | undefined, after: JsonObject): EventText[] {
  const known = new Set(troublesIn(before).map(textOf));
  return troublesIn(after).filter((event) => !known.has(textOf(event)));
}

function troublesIn(status: Json | undefined): EventText[] {
  const conditions = isJsonObject(status) ? status['conditions'] : undefined;
  if (!Array.isArray(conditions)) return [];
  return conditions.filter(isJsonObject).flatMap(({ type, status: is, reason, message }): EventText[] => {
    if (is !== 'False' || typeof reason !== 'string' || typeof message !== 'string') return [];
    if (type === 'Ready' && !TOLD_OTHERWISE.has(reason)) return [{ type: 'Warning', reason, message }];
    return type === 'Resolved' ? [{ type: 'Warning', reason: 'NotResolved', message }] : [];
  });
}

function textOf({ reason, message }: EventText): string {
  return `${reason} ${message}`;
}
