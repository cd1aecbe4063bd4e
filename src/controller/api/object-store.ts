import type { ObjectKey, Store, StoreEvent } from './store';

interface Entry<T> {
  readonly value: T;
  /** Of the object that the value was made from; empty when it said none. */
  readonly resourceVersion: string;
}

/** One object as a list or an event gives it. */
export interface Observed<T> {
  readonly key: ObjectKey;
  readonly resourceVersion: string;
  /** Undefined for an object of no interest. */
  readonly value: T | undefined;
}

/** A {@link Store} that can be told what was observed, and says what is new about it. */
export class ObjectStore<T> implements Store<T> {
  private readonly items = new Map<ObjectKey, Entry<T>>();

  constructor(private readonly same: (before: T, after: T) => boolean) {}

  get size(): number {
    return this.items.size;
  }

  get(key: ObjectKey): T | undefined {
    return this.items.get(key)?.value;
  }

  *entries(): IterableIterator<[ObjectKey, T]> {
    for (const [key, { value }] of this.items) yield [key, value];
  }

  *values(): IterableIterator<T> {
    for (const { value } of this.items.values()) yield value;
  }

  /** The object is there, as observed. */
  put({ key, resourceVersion, value }: Observed<T>): StoreEvent<T> | undefined {
    const known = this.items.get(key);
    if (known !== undefined && resourceVersion !== '' && known.resourceVersion === resourceVersion) {
      return undefined;
    }
    if (value === undefined) return this.remove(key);
    this.items.set(key, { value, resourceVersion });
    if (known === undefined) return { type: 'added', key, after: value };
    if (this.same(known.value, value)) return undefined;
    return { type: 'modified', key, before: known.value, after: value };
  }

  /** The object is gone. */
  remove(key: ObjectKey): StoreEvent<T> | undefined {
    const known = this.items.get(key);
    if (known === undefined) return undefined;
    this.items.delete(key);
    return { type: 'deleted', key, before: known.value };
  }

  /**
   * These objects are there and no others: what went while nobody was watching is found out here.
   *
   * @param kept keys of objects of which more is known than the list tells
   */
  *replace(
    observed: readonly Observed<T>[],
    kept: { has(key: ObjectKey): boolean } = new Set(),
  ): IterableIterator<StoreEvent<T>> {
    const keys = new Set(observed.map(({ key }) => key));
    for (const key of [...this.items.keys()]) {
      const event = keys.has(key) || kept.has(key) ? undefined : this.remove(key);
      if (event !== undefined) yield event;
    }
    for (const one of observed) {
      const event = kept.has(one.key) ? undefined : this.put(one);
      if (event !== undefined) yield event;
    }
  }
}
