/** Most results one table keeps: a bound for processes that run for weeks. */
const CAPACITY = 1 << 20;

const FIRST_SIZE = 64;

/** Tables of large models grow often, and every time all of their entries are put anew. */
const GROWTH = 4;

/**
 * Remembers the results of an operation on two numbered operands; forgets all of them when there are too many. A hash
 * table over plain numbers with open addressing: it is asked more often than anything else, and a `Map` would have to
 * box every pair of ids.
 */
export class MemoTable<T> {
  /** The ids of the operands of {@link results}, one pair after the other. */
  private keys = new Int32Array(FIRST_SIZE * 2);
  /** At most half of it is filled. */
  private results: (T | undefined)[] = empty(FIRST_SIZE);
  private count = 0;

  /** The remembered result for the two ids, or what `compute` gives. */
  get(a: number, b: number, compute: () => T): T {
    const known = this.results[this.placeOf(a, b)];
    if (known !== undefined) return known;
    const result = compute();
    if (this.count >= CAPACITY) this.resize(FIRST_SIZE, false);
    else if (this.count * 2 >= this.results.length) this.resize(this.results.length * GROWTH, true);
    // Computing may have added others, so the place is looked up again.
    this.put(a, b, result);
    return result;
  }

  private put(a: number, b: number, result: T): void {
    const place = this.placeOf(a, b);
    if (this.results[place] === undefined) this.count++;
    this.keys[place * 2] = a;
    this.keys[place * 2 + 1] = b;
    this.results[place] = result;
  }

  /** Where the pair is, or would be. */
  private placeOf(a: number, b: number): number {
    const { keys, results } = this;
    const mask = results.length - 1;
    let place = (Math.imul(a, 0x2c1b3c6d) + Math.imul(b, 0x297a2d39)) | 0;
    place = (place ^ (place >>> 15)) & mask;
    while (results[place] !== undefined && (keys[place * 2] !== a || keys[place * 2 + 1] !== b))
      place = (place + 1) & mask;
    return place;
  }

  private resize(size: number, keep: boolean): void {
    const { keys, results } = this;
    this.keys = new Int32Array(size * 2);
    this.results = empty(size);
    this.count = 0;
    if (!keep) return;
    for (let index = 0; index < results.length; index++) {
      const result = results[index];
      if (result !== undefined) this.put(keys[index * 2] ?? 0, keys[index * 2 + 1] ?? 0, result);
    }
  }
}

function empty<T>(size: number): (T | undefined)[] {
  return new Array<T | undefined>(size).fill(undefined);
}
