import type { JsonObject } from '../../model/json';

/** A kind of object as the API server serves it. */
export interface ApiResource {
  /** `apps` of `apps/v1`; empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** As it stands in paths: `networkpolicies`. */
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** One object of a kind. */
export interface ObjectRef {
  readonly resource: ApiResource;
  /** Absent for cluster-scoped kinds. */
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** `apps/v1`, or `v1` for the core group. */
export function apiVersionOf({ group, version }: Pick<ApiResource, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`;
}

/** `networkpolicies.networking.k8s.io`, or `pods` for the core group: what RBAC and people call the kind. */
export function resourceName({ group, plural }: Pick<ApiResource, 'group' | 'plural'>): string {
  return group === '' ? plural : `${plural}.${group}`;
}

/** Path of all objects of a kind, in one namespace when one is given. */
export function collectionPath(resource: ApiResource, namespace?: string): string {
  const { group, version, plural, namespaced } = resource;
  const root = group === '' ? `/api/${segment(version)}` : `/apis/${segment(group)}/${segment(version)}`;
  const scope = namespaced && namespace !== undefined ? `/namespaces/${segment(namespace)}` : '';
  return `${root}${scope}/${segment(plural)}`;
}

/** Path of one object, or of a subresource such as `status` of it. */
export function objectPath({ resource, namespace, name }: ObjectRef, subresource?: string): string {
  const path = `${collectionPath(resource, namespace)}/${segment(name)}`;
  return subresource === undefined ? path : `${path}/${segment(subresource)}`;
}

/**
 * The object a manifest is about. Whatever kind the manifest says, the path is that of `resource`.
 * @throws TypeError when the manifest has no name, or is of a namespaced kind and has no namespace
 */
export function refOf(resource: ApiResource, manifest: JsonObject): ObjectRef {
  const metadata = manifest['metadata'];
  const text = (key: string): string | undefined => {
    const value =
      typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata)
        ? metadata[key]
        : undefined;
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const name = text('name');
  const namespace = text('namespace');
  if (name === undefined) throw new TypeError(`A ${resource.kind} without metadata.name cannot be written`);
  if (!resource.namespaced) return { resource, name };
  if (namespace === undefined) {
    throw new TypeError(`The ${resource.kind} ${name} without metadata.namespace cannot be written`);
  }
  return { resource, namespace, name };
}

/** Names of some kinds (RBAC) may hold `:` and `%`, so each step is encoded. */
function segment(text: string): string {
  return encodeURIComponent(text);
}
