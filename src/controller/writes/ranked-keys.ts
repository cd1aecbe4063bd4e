/** Keys by rank; those of one rank in the order in which they came. */
export class RankedKeys {
  private readonly ranks: Rank[] = [];
  private readonly rankOf = new Map<string, number>();

  get size(): number {
    return this.rankOf.size;
  }

  has(key: string): boolean {
    return this.rankOf.has(key);
  }

  /** What is there already keeps its place and its rank. */
  add(key: string, rank: number): void {
    if (this.rankOf.has(key)) return;
    this.rankOf.set(key, rank);
    while (this.ranks.length <= rank) this.ranks.push({ keys: new Set() });
    this.ranks[rank]?.keys.add(key);
  }

  delete(key: string): void {
    const rank = this.rankOf.get(key);
    if (rank === undefined) return;
    this.rankOf.delete(key);
    this.ranks[rank]?.keys.delete(key);
  }

  clear(): void {
    this.rankOf.clear();
    this.ranks.length = 0;
  }

  keys(): IterableIterator<string> {
    return this.rankOf.keys();
  }

  /** Takes out the key that is next, of the lowest rank that `mayRun`. */
  take(mayRun: (rank: number) => boolean): { readonly key: string; readonly rank: number } | undefined {
    for (const [rank, keys] of this.ranks.entries()) {
      if (keys.keys.size === 0 || !mayRun(rank)) continue;
      const key = next(keys);
      this.delete(key);
      return { key, rank };
    }
    return undefined;
  }
}

interface Rank {
  readonly keys: Set<string>;
  /** Where the last key was taken. A new one would pass everything taken before: with many keys that is most of the time. */
  at?: Iterator<string, undefined> | undefined;
}

/** The first key of a rank that has one. What is taken is gone, so nothing is left behind the place that is kept. */
function next(rank: Rank): string {
  for (;;) {
    rank.at ??= rank.keys.values();
    const { value } = rank.at.next();
    if (value !== undefined) return value;
    rank.at = undefined;
  }
}
