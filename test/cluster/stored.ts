import { type KubeObject } from './client';

/** What the server adds to every object: who it is, when it was made, who wrote what. */
const SERVER_FIELDS = [
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'managedFields',
  'selfLink',
] as const;

/** An object without what only the server writes: its own metadata and the status. What is left was sent by somebody. */
export function withoutServerFields(object: KubeObject): KubeObject {
  const { status: _status, ...rest } = object;
  const metadata = { ...rest.metadata };
  for (const field of SERVER_FIELDS) Reflect.deleteProperty(metadata, field);
  return { ...rest, metadata };
}

/** JSON with the fields of every object in order, so that equal objects are equal texts. */
export function canonical(value: unknown): string {
  return JSON.stringify(
    value,
    (_key, item: unknown) =>
      typeof item === 'object' && item !== null && !Array.isArray(item)
        ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
        : item,
    1,
  );
}
