/**
 * The distinct values in the order of their UTF-8 bytes, in which Calico keeps sets. JavaScript's own order differs
 * from it beyond the Basic Multilingual Plane.
 */
export function byteSorted(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
