import type { Labels } from '../model/resource';

/** `metadata` as a manifest writes it, keys in the usual order, labels sorted. */
export function printMetadata(
  name: string,
  namespace: string | undefined,
  labels: Labels,
): { name: string; namespace?: string; labels?: Record<string, string> } {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(sorted.length === 0 ? {} : { labels: Object.fromEntries(sorted) }),
  };
}
