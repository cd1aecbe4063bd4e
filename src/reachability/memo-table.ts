/** Most results one table keeps: a bound for processes that run for weeks. */
const CAPACITY = 1 << 20;

/** Remembers the results of an operation on two numbered operands; forgets all of them when there are too many. */
export class MemoTable<T> {
  private readonly results = new Map<number, T>();

  /** The remembered result for the two ids (below 2^26), or what `compute` gives. */
  get(a: number, b: number, compute: () => T): T {
    const key = a * 0x4000000 + b;
    const known = this.results.get(key);
    if (known !== undefined) return known;
    const result = compute();
    if (this.results.size >= CAPACITY) this.results.clear();
    this.results.set(key, result);
    return result;
  }
}
