/** Work that was due when the deletion of an object was noticed, and that the object stays for until it is done. */
export class Cleanups {
  /** By the key of the object. */
  private readonly byObject = new Map<string, Set<string>>();

  /** @param isOpen whether work on a key is still to be done */
  constructor(private readonly isOpen: (key: string) => boolean) {}

  /** An object is being deleted; what counts is what was due when that was seen first. */
  begin(object: string, due: Iterable<string>): void {
    if (!this.byObject.has(object)) this.byObject.set(object, new Set(due));
  }

  /** Some work that is still to be done before the object may go. */
  blockerOf(object: string): string | undefined {
    const keys = this.byObject.get(object) ?? new Set<string>();
    for (const work of keys) {
      if (this.isOpen(work)) return work;
      keys.delete(work);
    }
    return undefined;
  }

  clear(): void {
    this.byObject.clear();
  }
}
