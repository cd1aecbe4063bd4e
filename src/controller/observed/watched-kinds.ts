import { ApiError } from '../api/api-error';
import type { ApiResource } from '../api/api-resource';
import type { KubernetesApi, Selection } from '../api/kubernetes-api';
import {
  CALICO_GLOBAL_NETWORK_POLICIES,
  CALICO_GLOBAL_NETWORK_SETS,
  CALICO_NETWORK_POLICIES,
  CALICO_NETWORK_SETS,
  CALICO_TIERS,
  CILIUM_NETWORK_POLICIES,
  CLIENT_INTENTS,
  CRON_JOBS,
  DAEMON_SETS,
  DEPLOYMENTS,
  ENDPOINT_SLICES,
  INGRESSES,
  JOBS,
  NAMESPACES,
  NETWORK_POLICIES,
  PODS,
  PROTECTED_SERVICES,
  REPLICATION_CONTROLLERS,
  REPLICA_SETS,
  SERVICES,
  SERVICE_ACCOUNTS,
  STATEFUL_SETS,
} from '../api/known-resources';
import { isJsonObject, type Json } from '../../model/json';
import { MANAGER_LABEL, SELECTOR_CONTROLLER } from '../../model/services/written-endpoints';

/** A kind that is watched. */
export interface WatchedKind {
  readonly resource: ApiResource;
  /** Without it the controller cannot work; others are left out where the cluster does not serve or show them. */
  readonly required: boolean;
  /** A kind that the cluster must serve as well: nothing else makes anything of this one. */
  readonly onlyWith?: ApiResource | undefined;
  /** Which of its objects, and what of them. Default: all, whole. */
  readonly selection?: Pick<Selection, 'labelSelector' | 'metadataOnly'> | undefined;
}

const required = (resource: ApiResource): WatchedKind => ({ resource, required: true });
const optional = (resource: ApiResource): WatchedKind => ({ resource, required: false });

const INGRESS_CLASSES: ApiResource = {
  ...INGRESSES,
  plural: 'ingressclasses',
  kind: 'IngressClass',
  namespaced: false,
};
const ROLLOUTS: ApiResource = {
  group: 'argoproj.io',
  version: 'v1alpha1',
  plural: 'rollouts',
  kind: 'Rollout',
  namespaced: true,
};
const gateway = (plural: string, kind: string, version = 'v1', namespaced = true): ApiResource => ({
  group: 'gateway.networking.k8s.io',
  version,
  plural,
  kind,
  namespaced,
});
const clusterWide = (plural: string, kind: string, version: string): ApiResource => ({
  group: 'policy.networking.k8s.io',
  version,
  plural,
  kind,
  namespaced: false,
});
const admission = (plural: string, kind: string): ApiResource => ({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  plural,
  kind,
  namespaced: false,
});

/** Every kind that a compilation looks at. Kinds of other systems are watched where the cluster serves them. */
export const WATCHED_KINDS: readonly WatchedKind[] = [
  required(NAMESPACES),
  required(PODS),
  required(SERVICES),
  required(DEPLOYMENTS),
  required(REPLICA_SETS),
  required(STATEFUL_SETS),
  required(DAEMON_SETS),
  required(JOBS),
  required(CRON_JOBS),
  required(INGRESSES),
  required(NETWORK_POLICIES),
  required(CLIENT_INTENTS),
  required(PROTECTED_SERVICES),
  optional(REPLICATION_CONTROLLERS),
  optional(ROLLOUTS),
  optional(INGRESS_CLASSES),
  optional(CALICO_NETWORK_POLICIES),
  optional(CALICO_GLOBAL_NETWORK_POLICIES),
  optional(CALICO_TIERS),
  optional(CALICO_NETWORK_SETS),
  optional(CALICO_GLOBAL_NETWORK_SETS),
  // Only rules of Calico go by their labels.
  { ...optional(SERVICE_ACCOUNTS), onlyWith: CALICO_NETWORK_POLICIES },
  // Only rules of Calico speak of Services: those whose endpoints somebody writes by hand are behind nobody knows whom. What
  // Kubernetes writes for a selector says what the selector says; that is nearly all of them, and is not asked for.
  {
    ...optional(ENDPOINT_SLICES),
    onlyWith: CALICO_NETWORK_POLICIES,
    selection: { labelSelector: `${MANAGER_LABEL}!=${SELECTOR_CONTROLLER}`, metadataOnly: true },
  },
  optional(clusterWide('adminnetworkpolicies', 'AdminNetworkPolicy', 'v1alpha1')),
  optional(clusterWide('baselineadminnetworkpolicies', 'BaselineAdminNetworkPolicy', 'v1alpha1')),
  optional(clusterWide('clusternetworkpolicies', 'ClusterNetworkPolicy', 'v1alpha2')),
  optional(CILIUM_NETWORK_POLICIES),
  optional(gateway('gateways', 'Gateway')),
  optional(gateway('gatewayclasses', 'GatewayClass', 'v1', false)),
  optional(gateway('httproutes', 'HTTPRoute')),
  optional(gateway('grpcroutes', 'GRPCRoute')),
  optional(gateway('referencegrants', 'ReferenceGrant', 'v1beta1')),
  optional(admission('validatingwebhookconfigurations', 'ValidatingWebhookConfiguration')),
  optional(admission('mutatingwebhookconfigurations', 'MutatingWebhookConfiguration')),
];

/** How kinds are looked for. */
export interface DiscoveryOptions {
  /** Whether only some namespaces may be seen. Default false. */
  readonly namespaced?: boolean;
  /** Kinds of other systems that policies are written in: nothing starts while nobody can tell about them. */
  readonly needed?: readonly ApiResource[] | undefined;
  /** What was found the last time: where an API does not answer now, it counts as it was then. Absent: as not served. */
  readonly before?: readonly WatchedKind[] | undefined;
  /** Told of an API, by its path, that does not answer: the server of an aggregated one is down. Absent: that is an error. */
  readonly onSilent?: ((path: string, error: ApiError) => void) | undefined;
}

/**
 * The kinds that this cluster serves, cluster-scoped ones left out in namespaced mode, where there is no right to see
 * them.
 *
 * @throws ApiError when a required kind is not served: the CRDs are not installed; when an API without which nothing can be
 *   done does not answer
 */
export async function discoverKinds(
  api: KubernetesApi,
  options: DiscoveryOptions = {},
): Promise<readonly WatchedKind[]> {
  const { namespaced = false, needed = [], before = [], onSilent } = options;
  const wanted = WATCHED_KINDS.filter(({ resource }) => !namespaced || resource.namespaced);
  const paths = [...new Set(wanted.map(({ resource }) => groupPath(resource)))];
  const musts = [...wanted.filter((kind) => kind.required).map(({ resource }) => resource), ...needed];
  const served = new Map<string, ReadonlySet<string>>();
  for (const path of paths) {
    const mayBeSilent = musts.every((resource) => groupPath(resource) !== path);
    const plurals = await pluralsAt(api, path, mayBeSilent ? onSilent : undefined);
    served.set(path, plurals ?? pluralsOfKinds(before, path));
  }
  const isServed = (resource: ApiResource): boolean =>
    served.get(groupPath(resource))?.has(resource.plural) === true;
  return wanted.filter(({ resource, required: isRequired, onlyWith = resource }) => {
    const there = isServed(resource);
    if (!there && isRequired) throw notServed(resource);
    return there && isServed(onlyWith);
  });
}

function pluralsOfKinds(kinds: readonly WatchedKind[], path: string): ReadonlySet<string> {
  const resources = kinds.map(({ resource }) => resource);
  return new Set(resources.filter((one) => groupPath(one) === path).map(({ plural }) => plural));
}

function groupPath({ group, version }: ApiResource): string {
  return group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
}

/** Undefined when the API does not answer, where that may be. */
async function pluralsAt(
  api: KubernetesApi,
  path: string,
  onSilent: DiscoveryOptions['onSilent'],
): Promise<ReadonlySet<string> | undefined> {
  try {
    return new Set(pluralsOf(await api.getPath(path)));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.isNotFound || error.isForbidden) return new Set();
    if (error.status < 500 || onSilent === undefined) throw error;
    onSilent(path, error);
    return undefined;
  }
}

/** `resources` of an APIResourceList. */
function pluralsOf(list: Json): string[] {
  const resources = isJsonObject(list) ? list['resources'] : undefined;
  if (!Array.isArray(resources)) return [];
  return resources.flatMap((item) =>
    isJsonObject(item) && typeof item['name'] === 'string' ? [item['name']] : [],
  );
}

function notServed({ plural, group, version }: ApiResource): ApiError {
  return new ApiError({
    status: 404,
    reason: 'NotFound',
    message: `The cluster does not serve ${plural} of ${group === '' ? version : `${group}/${version}`}${
      group === 'k8s.otterize.com' ? ': install the CRDs (kubectl apply --server-side -f crds/)' : ''
    }`,
  });
}
