import { isJsonObject, type FieldPath, type JsonObject } from '../model/json';
import type { Labels } from '../model/resource';

/**
 * The manifest with labels added to the metadata at `template`, in the order of their keys, which is how cdk8s writes
 * maps. Nothing of `manifest` is changed; without labels it is given back as it is.
 */
export function addLabels(manifest: JsonObject, template: FieldPath, labels: Labels): JsonObject {
  return Object.keys(labels).length === 0
    ? manifest
    : replaceAt(manifest, [...template, 'metadata', 'labels'], labels);
}

function replaceAt(value: JsonObject, [step, ...rest]: FieldPath, labels: Labels): JsonObject {
  if (step === undefined) return merge(value, labels);
  const child = value[step];
  const changed = replaceAt(isJsonObject(child) ? child : {}, rest, labels);
  if (child !== undefined) return { ...value, [step]: changed };
  // `metadata` stands before `spec`, and so does any other key that comes first in the alphabet.
  return Object.fromEntries(
    Object.entries({ ...value, [step]: changed }).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function merge(present: JsonObject, labels: Labels): JsonObject {
  return Object.fromEntries(Object.entries({ ...present, ...labels }).sort(([a], [b]) => (a < b ? -1 : 1)));
}
