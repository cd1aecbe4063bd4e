import type { Resource } from '../../model/resource';

/**
 * What a kind of object is to a model. What is `shared` may concern any namespace: cluster-scoped objects but
 * Namespaces, and objects that speak of other namespaces without intents (routes, monitors).
 */
export type Facet = 'namespace' | 'pod' | 'objects' | 'policies' | 'intents' | 'shared';

const SHARED_GROUPS: ReadonlySet<string> = new Set(['gateway.networking.k8s.io', 'monitoring.coreos.com']);
const POLICY_KINDS: ReadonlySet<string> = new Set([
  'NetworkPolicy',
  'StagedNetworkPolicy',
  'StagedKubernetesNetworkPolicy',
  'NetworkSet',
  'CiliumNetworkPolicy',
]);

export function facetOf({ group, kind, namespace }: Pick<Resource, 'group' | 'kind' | 'namespace'>): Facet {
  if (group === '' && kind === 'Namespace') return 'namespace';
  if (namespace === undefined || SHARED_GROUPS.has(group)) return 'shared';
  if (group === '' && kind === 'Pod') return 'pod';
  if (group === 'k8s.otterize.com') return 'intents';
  return POLICY_KINDS.has(kind) ? 'policies' : 'objects';
}
