/** Keeps lists as long as somebody can read, and counts what that leaves out. */
export class Budget {
  private cut = 0;

  /** How many combinations of labels were not looked at. */
  get leftOut(): number {
    return this.cut;
  }

  /** One is not looked at. */
  drop(): void {
    this.cut += 1;
  }

  /** The first so many. */
  keep<T>(list: readonly T[], most: number): readonly T[] {
    if (list.length <= most) return list;
    this.cut += list.length - Math.max(0, most);
    return list.slice(0, Math.max(0, most));
  }

  /** Every item of one list joined with every one of the other, at most so many. */
  product<T>(
    left: readonly (readonly T[])[],
    right: readonly (readonly T[])[],
    most: number,
  ): readonly (readonly T[])[] {
    const joined: (readonly T[])[] = [];
    for (const one of left) {
      for (const other of right) {
        if (joined.length === most) {
          this.cut += left.length * right.length - most;
          return joined;
        }
        joined.push(one.length === 0 ? other : other.length === 0 ? one : [...one, ...other]);
      }
    }
    return joined;
  }
}
