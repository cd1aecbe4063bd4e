/** What has a name in a namespace. */
export interface Named {
  readonly namespace: string;
  readonly name: string;
}

/** The order in which a model lists what it has: by namespace, then by name. */
export function byName(a: Named, b: Named): number {
  if (a.namespace !== b.namespace) return a.namespace < b.namespace ? -1 : 1;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
