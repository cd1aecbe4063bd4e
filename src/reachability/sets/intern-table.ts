interface Entry<T> {
  readonly hash: number;
  readonly parts: readonly number[];
  readonly value: T;
}

const FIRST_SIZE = 16;
const GROWTH = 4;

/**
 * Keeps one value for each list of numbers that was asked for: equal things become the same object. A hash table with
 * open addressing: at most half of its places are filled.
 */
export class InternTable<T> {
  private places: (Entry<T> | undefined)[] = empty(FIRST_SIZE);
  private count = 0;

  /** How many values there are: a number for the next. */
  get size(): number {
    return this.count;
  }

  /** The value of these numbers, or what `make` gives, once. */
  get(parts: readonly number[], make: () => T): T {
    const hash = hashOf(parts);
    const known = this.places[this.placeOf(hash, parts)];
    if (known !== undefined) return known.value;
    const value = make();
    if (++this.count * 2 > this.places.length) this.grow();
    // Making it may have added others, so the place is looked up again.
    this.places[this.placeOf(hash, parts)] = { hash, parts, value };
    return value;
  }

  /** Where the entry of these numbers is, or would be. */
  private placeOf(hash: number, parts: readonly number[]): number {
    const { places } = this;
    const mask = places.length - 1;
    let place = hash & mask;
    for (let entry = places[place]; entry !== undefined; entry = places[place]) {
      if (entry.hash === hash && isSame(entry.parts, parts)) break;
      place = (place + 1) & mask;
    }
    return place;
  }

  private grow(): void {
    const entries = this.places;
    this.places = empty(entries.length * GROWTH);
    const mask = this.places.length - 1;
    for (let index = 0; index < entries.length; index++) {
      const entry = entries[index];
      if (entry === undefined) continue;
      let place = entry.hash & mask;
      while (this.places[place] !== undefined) place = (place + 1) & mask;
      this.places[place] = entry;
    }
  }
}

function empty<T>(size: number): (T | undefined)[] {
  return new Array<T | undefined>(size).fill(undefined);
}

/** Spreads lists over 30 bits, which engines keep without a box; texts of them would cost more. */
function hashOf(parts: readonly number[]): number {
  let hash = parts.length;
  for (let index = 0; index < parts.length; index++)
    hash = (Math.imul(hash, 0x01000193) ^ (parts[index] ?? 0)) | 0;
  return (hash ^ (hash >>> 15)) & 0x3fffffff;
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}
