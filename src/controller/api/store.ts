/** `namespace/name`, or `name` for cluster-scoped kinds. */
export type ObjectKey = string;

export function objectKey(namespace: string | undefined, name: string): ObjectKey {
  return namespace === undefined || namespace === '' ? name : `${namespace}/${name}`;
}

/** What the last list and the events since say there is, each object trimmed to what somebody needs. */
export interface Store<T> {
  readonly size: number;
  get(key: ObjectKey): T | undefined;
  entries(): IterableIterator<[ObjectKey, T]>;
  values(): IterableIterator<T>;
}

/** How one object changed. `before` and `after` are the trimmed forms. */
export type StoreEvent<T> =
  | { readonly type: 'added'; readonly key: ObjectKey; readonly after: T }
  | { readonly type: 'modified'; readonly key: ObjectKey; readonly before: T; readonly after: T }
  | { readonly type: 'deleted'; readonly key: ObjectKey; readonly before: T };
