import { CALICO_GROUP } from './calico/api-group';
import { CALICO_KINDS } from './calico/kinds';
import { CLUSTER_NETWORK_POLICY_GROUP } from './cluster-network-policy/read-policy';
import { nearest } from '../model/field-reader';
import { resourceId, type Resource } from '../model/resource';
import type { Finding } from '../model/finding';

/** The kinds of policies by their groups, for telling a slip from a kind that is somebody else's. */
const KINDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['networking.k8s.io', ['NetworkPolicy']],
  [CALICO_GROUP, CALICO_KINDS],
  [
    CLUSTER_NETWORK_POLICY_GROUP,
    ['ClusterNetworkPolicy', 'AdminNetworkPolicy', 'BaselineAdminNetworkPolicy'],
  ],
]);

const GROUPS = [...KINDS.keys()];

/** Whether the object is called a policy, or nearly so: not for objects of the kinds that are read. */
export function looksLikePolicy({ group, kind }: Pick<Resource, 'group' | 'kind'>): boolean {
  return kind.endsWith('NetworkPolicy') || nearest(kind, KINDS.get(group) ?? []) !== undefined;
}

/**
 * The error of an object whose kind or group has a slip: the API server has no such kind and refuses it, so nothing
 * is isolated by it. Undefined for what may be a kind of some other product.
 */
export function misnamedKind(resource: Resource): Finding | undefined {
  const { apiVersion, group, kind, place } = resource;
  const nearKind = nearest(kind, KINDS.get(group) ?? []);
  const groups = GROUPS.filter((known) => KINDS.get(known)?.includes(kind) === true);
  const nearGroup = group === '' ? groups[0] : nearest(group, groups);
  const field = nearKind !== undefined ? 'kind' : nearGroup !== undefined ? 'apiVersion' : undefined;
  if (field === undefined) return undefined;
  return {
    id: 'misspelt-kind',
    severity: 'error',
    message: `${apiVersion} has no kind ${JSON.stringify(kind.slice(0, 80))}: the API server refuses the object, so no traffic is restricted by it`,
    object: resourceId(resource),
    place: place.at([field]),
    mend:
      field === 'kind'
        ? `Did you mean ${nearKind ?? ''}?`
        : `Did you mean an apiVersion of ${nearGroup ?? ''}, as in ${nearGroup ?? ''}/${versionOf(kind, nearGroup)}?`,
  };
}

function versionOf(kind: string, group: string | undefined): string {
  if (group === CALICO_GROUP) return 'v3';
  if (group !== CLUSTER_NETWORK_POLICY_GROUP) return 'v1';
  return kind === 'ClusterNetworkPolicy' ? 'v1alpha2' : 'v1alpha1';
}
