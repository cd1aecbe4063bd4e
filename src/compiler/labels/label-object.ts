import { isJsonObject, type FieldPath, type Json, type JsonObject } from '../../model/json';
import type { Labels } from '../../model/resource';

/**
 * The manifest with labels added to the metadata at `template`; one that is there already gets the new value in its
 * place. Nothing of `manifest` is changed, and every other key keeps its place: where keys stand in the order of the
 * alphabet, as cdk8s writes them, new ones are put in that order, else last.
 *
 * @param template path of the pod template; empty when the object itself carries the labels
 */
export function addLabels(manifest: JsonObject, template: FieldPath, labels: Labels): JsonObject {
  const entries = Object.entries(labels);
  if (entries.length === 0) return manifest;
  return replaceAt(manifest, [...template, 'metadata', 'labels'], (present) => withKeys(present, entries));
}

/**
 * The manifest without the labels of these keys in the metadata at `template`; the same object when it has none of
 * them. `labels` goes too when it would be left empty.
 */
export function removeLabels(
  manifest: JsonObject,
  template: FieldPath,
  keys: ReadonlySet<string>,
): JsonObject {
  const labels = labelsAt(manifest, template);
  if (!Object.keys(labels).some((key) => keys.has(key))) return manifest;
  const left = Object.fromEntries(Object.entries(labels).filter(([key]) => !keys.has(key)));
  if (Object.keys(left).length > 0)
    return replaceAt(manifest, [...template, 'metadata', 'labels'], () => left);
  return replaceAt(manifest, [...template, 'metadata'], ({ labels: _empty, ...rest }) => rest);
}

/** The labels in the metadata at `template`, as they are written. */
export function labelsAt(manifest: JsonObject, template: FieldPath): JsonObject {
  let current: Json | undefined = manifest;
  for (const step of [...template, 'metadata', 'labels']) {
    current = isJsonObject(current) && Object.hasOwn(current, step) ? current[step] : undefined;
  }
  return isJsonObject(current) ? current : {};
}

function replaceAt(
  value: JsonObject,
  [step, ...rest]: FieldPath,
  change: (object: JsonObject) => JsonObject,
): JsonObject {
  if (step === undefined) return change(value);
  const child = Object.hasOwn(value, step) ? value[step] : undefined;
  const changed = replaceAt(isJsonObject(child) ? child : {}, rest, change);
  // The common case: a key that is there keeps its place.
  if (child !== undefined) return { ...value, [step]: changed };
  return withKeys(value, [[String(step), changed]]);
}

/** Metadata stands before the spec, whatever order the others have. */
const BEFORE_ALL = 'metadata';

function withKeys(object: JsonObject, added: readonly (readonly [string, Json])[]): JsonObject {
  const before = Object.entries(object);
  const fresh = added.filter(([key]) => !Object.hasOwn(object, key));
  const values = new Map(added);
  const kept = before.map(([key, value]): [string, Json | undefined] => [key, values.get(key) ?? value]);
  if (fresh.length === 0) return Object.fromEntries(kept);
  if (isAscending(before))
    return Object.fromEntries([...kept, ...fresh].sort(([a], [b]) => (a < b ? -1 : 1)));
  const first = fresh.filter(([key]) => key === BEFORE_ALL);
  return Object.fromEntries([...first, ...kept, ...fresh.filter(([key]) => key !== BEFORE_ALL)]);
}

function isAscending(entries: readonly (readonly [string, unknown])[]): boolean {
  return entries.every(([key], index) => index === 0 || (entries[index - 1]?.[0] ?? '') < key);
}
