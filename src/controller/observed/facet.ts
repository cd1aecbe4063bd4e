import type { Resource } from '../../model/resource';

/**
 * What a kind of object is to a model. What is `shared` may concern any namespace: cluster-scoped objects but
 * Namespaces, and objects that are about other namespaces without intents (routes, monitors, sets of addresses).
 */
export type Facet = 'namespace' | 'pod' | 'objects' | 'policies' | 'intents' | 'shared';

const SHARED_GROUPS: ReadonlySet<string> = new Set(['gateway.networking.k8s.io', 'monitoring.coreos.com']);
const POLICY_KINDS: ReadonlySet<string> = new Set([
  'NetworkPolicy',
  'StagedNetworkPolicy',
  'StagedKubernetesNetworkPolicy',
  'CiliumNetworkPolicy',
]);

export function facetOf({ group, kind, namespace }: Pick<Resource, 'group' | 'kind' | 'namespace'>): Facet {
  if (group === '' && kind === 'Namespace') return 'namespace';
  // Rules of Calico may go by sets of any namespace.
  if (namespace === undefined || SHARED_GROUPS.has(group) || kind === 'NetworkSet') return 'shared';
  if (group === '' && kind === 'Pod') return 'pod';
  if (group === 'k8s.otterize.com') return 'intents';
  return POLICY_KINDS.has(kind) ? 'policies' : 'objects';
}
