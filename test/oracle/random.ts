/** A small seeded generator of pseudo-random choices (mulberry32): the same seed gives the same choices everywhere. */
export class Random {
  constructor(private state: number) {}

  /** From 0 up to, not including, 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** Both ends inclusive. */
  integer(first: number, last: number): number {
    return first + Math.floor(this.next() * (last - first + 1));
  }

  pick<T>(values: readonly [T, ...T[]] | readonly T[]): T {
    const value = values[this.integer(0, values.length - 1)];
    if (value === undefined && values.length === 0) throw new Error('nothing to pick from');
    return value as T;
  }

  /** Some of the values, in their order, each at most once. */
  some<T>(values: readonly T[], least: number, most: number): T[] {
    const wanted = Math.min(this.integer(least, most), values.length);
    const left = values.map((_, index) => index);
    const chosen = Array.from(
      { length: wanted },
      () => left.splice(this.integer(0, left.length - 1), 1)[0] ?? 0,
    );
    return chosen.sort((a, b) => a - b).flatMap((index) => values.slice(index, index + 1));
  }

  /** As many results of `make` as chosen between the bounds. */
  times<T>(least: number, most: number, make: (index: number) => T): T[] {
    return Array.from({ length: this.integer(least, most) }, (_, index) => make(index));
  }

  /** An object with the field, or without it. */
  maybe<K extends string, T>(probability: number, key: K, make: () => T): Partial<Record<K, T>> {
    if (!this.chance(probability)) return {};
    const field: Partial<Record<K, T>> = {};
    field[key] = make();
    return field;
  }
}
