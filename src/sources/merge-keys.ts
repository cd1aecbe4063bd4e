import { isJsonObject, type Json } from '../model/json';

/** A merge key whose value is neither a map nor a list of maps. */
export class MergeError extends Error {}

/**
 * Carries out the merge keys (`<<`) of a value as kubectl does: keys count in the order in which they are written, so
 * that a merged key overrides one that stands before the `<<`, and one that stands after it overrides the merged
 * key. Of a list of maps the first one that has a key wins.
 */
export function applyMergeKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(applyMergeKeys);
  if (!isJsonObject(value)) return value;
  const merged = new Map<string, Json>();
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    if (key !== '<<') merged.set(key, applyMergeKeys(item));
    else for (const [name, part] of mergeSource(item)) merged.set(name, part);
  }
  return Object.fromEntries(merged);
}

function mergeSource(source: Json): Map<string, Json> {
  const maps = Array.isArray(source) ? [...source].reverse() : [source];
  const merged = new Map<string, Json>();
  for (const map of maps) {
    const applied = applyMergeKeys(map);
    if (!isJsonObject(applied))
      throw new MergeError('a merge key (<<) needs a map or a list of maps as its value');
    for (const [key, value] of Object.entries(applied)) if (value !== undefined) merged.set(key, value);
  }
  return merged;
}

/** Values as they stand, each used once: an alias must not make two fields share one object. */
export function unshare(value: Json): Json {
  if (Array.isArray(value)) return value.map(unshare);
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([key, item]): [string, Json | undefined] => [
    key,
    item === undefined ? undefined : unshare(item),
  ]);
  return Object.fromEntries<Json | undefined>(entries);
}
