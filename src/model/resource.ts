import type { JsonObject } from './json';
import type { Place } from './place';

/** String to string: labels, annotations and equality selectors. */
export type Labels = Readonly<Record<string, string>>;

/** One Kubernetes object of the input, `List`s already taken apart. */
export interface Resource {
  readonly apiVersion: string;
  /** `apps` of `apps/v1`; empty for the core group. */
  readonly group: string;
  /** `v1` of `apps/v1`. */
  readonly version: string;
  readonly kind: string;
  readonly name: string;
  /**
   * The namespace as written, or the default namespace of the source for a namespaced kind without one;
   * absent for cluster-scoped kinds.
   */
  readonly namespace?: string | undefined;
  /** The object itself, as it will be sent to the API server. */
  readonly manifest: JsonObject;
  readonly place: Place;
}

/** `NetworkPolicy/shop/default-deny`, or `Namespace/shop` for cluster-scoped kinds. */
export function resourceId(resource: Pick<Resource, 'kind' | 'namespace' | 'name'>): string {
  return resource.namespace === undefined
    ? `${resource.kind}/${resource.name}`
    : `${resource.kind}/${resource.namespace}/${resource.name}`;
}
