import type { ApiResource } from './api-resource';

const core = (plural: string, kind: string, namespaced = true): ApiResource => ({
  group: '',
  version: 'v1',
  plural,
  kind,
  namespaced,
});

const apps = (plural: string, kind: string): ApiResource => ({
  group: 'apps',
  version: 'v1',
  plural,
  kind,
  namespaced: true,
});

const batch = (plural: string, kind: string): ApiResource => ({
  group: 'batch',
  version: 'v1',
  plural,
  kind,
  namespaced: true,
});

const calico = (plural: string, kind: string, namespaced: boolean): ApiResource => ({
  group: 'projectcalico.org',
  version: 'v3',
  plural,
  kind,
  namespaced,
});

const otterize = (plural: string, kind: string, version: string): ApiResource => ({
  group: 'k8s.otterize.com',
  version,
  plural,
  kind,
  namespaced: true,
});

export const NAMESPACES = core('namespaces', 'Namespace', false);
export const PODS = core('pods', 'Pod');
export const SERVICES = core('services', 'Service');
export const SERVICE_ACCOUNTS = core('serviceaccounts', 'ServiceAccount');
export const ENDPOINT_SLICES: ApiResource = {
  group: 'discovery.k8s.io',
  version: 'v1',
  plural: 'endpointslices',
  kind: 'EndpointSlice',
  namespaced: true,
};
export const REPLICATION_CONTROLLERS = core('replicationcontrollers', 'ReplicationController');
/** Events of the core group, which `kubectl describe` shows. */
export const EVENTS = core('events', 'Event');
export const DEPLOYMENTS = apps('deployments', 'Deployment');
export const REPLICA_SETS = apps('replicasets', 'ReplicaSet');
export const STATEFUL_SETS = apps('statefulsets', 'StatefulSet');
export const DAEMON_SETS = apps('daemonsets', 'DaemonSet');
export const JOBS = batch('jobs', 'Job');
export const CRON_JOBS = batch('cronjobs', 'CronJob');

export const INGRESSES: ApiResource = {
  group: 'networking.k8s.io',
  version: 'v1',
  plural: 'ingresses',
  kind: 'Ingress',
  namespaced: true,
};

export const NETWORK_POLICIES: ApiResource = {
  group: 'networking.k8s.io',
  version: 'v1',
  plural: 'networkpolicies',
  kind: 'NetworkPolicy',
  namespaced: true,
};

export const LEASES: ApiResource = {
  group: 'coordination.k8s.io',
  version: 'v1',
  plural: 'leases',
  kind: 'Lease',
  namespaced: true,
};

/** As Calico's own API server serves them. */
export const CALICO_NETWORK_POLICIES = calico('networkpolicies', 'NetworkPolicy', true);
export const CALICO_GLOBAL_NETWORK_POLICIES = calico('globalnetworkpolicies', 'GlobalNetworkPolicy', false);
export const CALICO_NETWORK_SETS = calico('networksets', 'NetworkSet', true);
export const CALICO_GLOBAL_NETWORK_SETS = calico('globalnetworksets', 'GlobalNetworkSet', false);
export const CALICO_TIERS = calico('tiers', 'Tier', false);

/** What Cilium takes domain names in. */
export const CILIUM_NETWORK_POLICIES: ApiResource = {
  group: 'cilium.io',
  version: 'v2',
  plural: 'ciliumnetworkpolicies',
  kind: 'CiliumNetworkPolicy',
  namespaced: true,
};

/** In the version that is stored (crds/): read so, an object needs no conversion, and no webhook that answers. */
export const CLIENT_INTENTS = otterize('clientintents', 'ClientIntents', 'v2alpha1');
export const PROTECTED_SERVICES = otterize('protectedservices', 'ProtectedService', 'v2alpha1');
