import { isJsonObject, sameJson, type Json, type JsonObject } from '../../model/json';

/**
 * The fields of a policy in the cluster that are not as they are wanted, as paths; empty when it is as it should be.
 * Labels and annotations that others have added do not count, and nor does what the API server fills in.
 */
export function policyChange(wanted: JsonObject, present: JsonObject): readonly string[] {
  const [a, b] = [metadataOf(wanted), metadataOf(present)];
  return [
    ...['labels', 'annotations'].flatMap((field) => mapChange(`metadata.${field}`, a[field], b[field])),
    ...specChange(wanted['spec'], present['spec']),
  ];
}

function metadataOf({ metadata }: JsonObject): JsonObject {
  return isJsonObject(metadata) ? metadata : {};
}

function mapChange(path: string, wanted: Json | undefined, present: Json | undefined): string[] {
  if (!isJsonObject(wanted)) return [];
  const there = isJsonObject(present) ? present : {};
  return Object.keys(wanted)
    .filter((key) => !Object.hasOwn(there, key) || there[key] !== wanted[key])
    .map((key) => `${path}[${key}]`);
}

function specChange(wanted: Json | undefined, present: Json | undefined): string[] {
  const [a, b] = [wanted, present].map((spec) => (isJsonObject(spec) ? spec : {}));
  const keys = new Set([...Object.keys(a ?? {}), ...Object.keys(b ?? {})]);
  return [...keys].sort().flatMap((key) => {
    const [mine, theirs] = [a?.[key], b?.[key]];
    return sameSpecField(mine, theirs) ? [] : [`spec.${key}`];
  });
}

/** An empty list and none are the same but for peers and ports, which stand deeper. */
function sameSpecField(a: Json | undefined, b: Json | undefined): boolean {
  const isEmpty = (value: Json | undefined): boolean =>
    value === undefined || (Array.isArray(value) && value.length === 0);
  return (isEmpty(a) && isEmpty(b)) || sameJson(a, b);
}
