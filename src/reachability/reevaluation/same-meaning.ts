/** What says where an object was read, and nothing of what it means. Labels may have these names too: they are texts. */
const PROVENANCE: ReadonlySet<string> = new Set(['place', 'resource']);

/** Whether two pieces of plain data say the same, wherever they were read. Keys that are undefined count as absent. */
export function sameMeaning(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    const other: readonly unknown[] = b;
    return a.every((item, index) => sameMeaning(item, other[index]));
  }
  const [mine, theirs] = [fieldsOf(a), fieldsOf(b)];
  return mine.size === theirs.size && [...mine].every(([key, value]) => sameMeaning(value, theirs.get(key)));
}

function fieldsOf(data: object): ReadonlyMap<string, unknown> {
  const entries: [string, unknown][] = Object.entries(data);
  return new Map(entries.filter(([key, value]) => value !== undefined && !isProvenance(key, value)));
}

function isProvenance(key: string, value: unknown): boolean {
  return PROVENANCE.has(key) && typeof value === 'object';
}
