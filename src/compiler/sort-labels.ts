import type { Labels } from '../model/resource';

/** A new object with the keys in order. */
export function sortLabels(labels: Labels): Record<string, string> {
  // Most are of one label, or in order already.
  if (isAscending(Object.keys(labels))) return { ...labels };
  return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isAscending(keys: readonly string[]): boolean {
  return keys.every((key, index) => index === 0 || (keys[index - 1] ?? '') < key);
}
