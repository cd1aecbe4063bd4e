import { isJsonObject, type Json, type JsonObject } from '../model/json';

/**
 * A manifest with its keys as cdk8s writes them: apiVersion, kind and metadata first, all others by the alphabet. Every front
 * writes policies in this order, so that the same policy is the same text.
 */
export function renderedOrder({ apiVersion, kind, metadata, ...rest }: JsonObject): JsonObject {
  const sorted = sortKeys(rest);
  return { apiVersion, kind, metadata: metadata === undefined ? undefined : sortValue(metadata), ...sorted };
}

function sortKeys(object: JsonObject): JsonObject {
  if (isSorted(object)) return object;
  const sorted: JsonObject = {};
  for (const key of Object.keys(object).sort()) {
    const value = object[key];
    if (value !== undefined) sorted[key] = sortValue(value);
  }
  return sorted;
}

function sortValue(value: Json): Json {
  if (Array.isArray(value)) return value.every(isScalar) ? value : value.map(sortValue);
  return isJsonObject(value) ? sortKeys(value) : value;
}

/** Maps of labels mostly are, and are many: they go out as they are. */
function isSorted(object: JsonObject): boolean {
  const keys = Object.keys(object);
  return keys.every((key, index) => isScalar(object[key]) && (index === 0 || (keys[index - 1] ?? '') < key));
}

function isScalar(value: Json | undefined): boolean {
  return value !== undefined && (typeof value !== 'object' || value === null);
}
