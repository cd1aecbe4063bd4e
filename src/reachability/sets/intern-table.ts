interface Entry<T> {
  readonly parts: readonly number[];
  readonly value: T;
}

/** Keeps one value for each list of numbers that was asked for: equal things become the same object. */
export class InternTable<T> {
  private readonly buckets = new Map<number, Entry<T>[]>();
  private count = 0;

  /** How many values there are: a number for the next. */
  get size(): number {
    return this.count;
  }

  /** The value of these numbers, or what `make` gives, once. */
  get(parts: readonly number[], make: () => T): T {
    const hash = hashOf(parts);
    const bucket = this.buckets.get(hash);
    if (bucket !== undefined) for (const entry of bucket) if (isSame(entry.parts, parts)) return entry.value;
    const entry = { parts, value: make() };
    this.count++;
    if (bucket === undefined) this.buckets.set(hash, [entry]);
    else bucket.push(entry);
    return entry.value;
  }
}

/** Spreads lists over 30 bits, which engines keep without a box; texts of them would cost more. */
function hashOf(parts: readonly number[]): number {
  let hash = parts.length;
  for (let index = 0; index < parts.length; index++)
    hash = (Math.imul(hash, 0x01000193) ^ (parts[index] ?? 0)) | 0;
  return hash & 0x3fffffff;
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}
