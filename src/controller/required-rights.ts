import { resourceName, type ApiResource } from './api/api-resource';
import {
  CALICO_GLOBAL_NETWORK_POLICIES,
  CALICO_NETWORK_POLICIES,
  CALICO_TIERS,
  CILIUM_NETWORK_POLICIES,
  CLIENT_INTENTS,
  EVENTS,
  LEASES,
  NAMESPACES,
  NETWORK_POLICIES,
  PODS,
  PROTECTED_SERVICES,
} from './api/known-resources';
import { WATCHED_KINDS } from './observed/watched-kinds';
import { OPERATOR_LEASE } from './takeover/running-operator';
import { CONVERTED_CRDS } from './webhook/crd-conversion';
import type { Dialect } from '../compiler/dialect';
import type { DomainDialect } from '../compiler/domains/network-plugin';

/** One rule of a Role or ClusterRole (rbac.authorization.k8s.io/v1). */
export interface Right {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  /** Absent: every object. */
  readonly resourceNames?: readonly string[];
}

/** What the controller does in the cluster, as far as its rights depend on it. */
export interface RightsOptions {
  /** Whether it only sees some namespaces: nothing that belongs to the whole cluster is then asked for. */
  readonly namespaced: boolean;
  /** Kind of the policies. Default `kubernetes`. */
  readonly dialect?: Dialect | undefined;
  /** Whose policies carry domain names beside them; absent: those of nobody. */
  readonly domains?: DomainDialect | undefined;
  /** Whether it takes over policies that Otterize's operator has left. Default false. */
  readonly takeOver?: boolean;
}

/**
 * What the controller needs where its intents are: to see what the compiler looks at, to label, to write policies and
 * statuses. A server-side apply that makes an object needs `create` beside `patch`.
 */
export function rightsOverIntents(options: RightsOptions): Right[] {
  const { namespaced } = options;
  const watched = WATCHED_KINDS.map(({ resource }) => resource).filter(
    (resource) => !namespaced || resource.namespaced,
  );
  return [
    ...byGroup(watched, ['list', 'watch']),
    ...(namespaced ? [] : rightsOverTiers()),
    ...rightsOverPolicies(options),
    ...byGroup([PODS, ...(namespaced ? [] : [NAMESPACES])], ['patch']),
    ...byGroup([CLIENT_INTENTS, PROTECTED_SERVICES], ['patch']),
    ...statusOf([CLIENT_INTENTS, PROTECTED_SERVICES]),
    ...byGroup([EVENTS], ['create']),
    // Whether Otterize's operator runs. Its Deployment and pods are seen with all others.
    {
      apiGroups: [LEASES.group],
      resources: [LEASES.plural],
      resourceNames: [OPERATOR_LEASE],
      verbs: ['get', 'list'],
    },
  ];
}

/**
 * What Calico 3.29 and later ask for beside the rights over its policies: to `get` the tier, and the verb on `tier.` and the
 * plural, a resource that is not there (calico-policy-model 1.1, RBAC). Of policies in tiers that one may not get, a list holds
 * nothing, without a word; the proof needs all of them.
 */
function rightsOverTiers(): Right[] {
  return [
    ...byGroup([CALICO_TIERS], ['get']),
    ...byGroup([CALICO_NETWORK_POLICIES, CALICO_GLOBAL_NETWORK_POLICIES].map(ofTiers), ['list', 'watch']),
  ];
}

/** All that is written is in the tier `default`. */
function rightsInDefaultTier(verbs: readonly string[]): Right[] {
  return byGroup([ofTiers(CALICO_NETWORK_POLICIES)], verbs).map((right) => ({
    ...right,
    resourceNames: ['default.*'],
  }));
}

function ofTiers(resource: ApiResource): ApiResource {
  return { ...resource, plural: `tier.${resource.plural}` };
}

/**
 * A policy of before goes when the kind of the policies changes; none is made then. Calico's admission asks for the verb of the
 * operation (`create`, `update`), its API server for that of the request (`patch`).
 */
function rightsOverPolicies(options: RightsOptions): Right[] {
  const { namespaced, dialect = 'kubernetes', domains, takeOver = false } = options;
  const isCalico = dialect === 'calico';
  const writesCalico = isCalico || domains === 'calico';
  const written = [
    ...(isCalico ? [] : [NETWORK_POLICIES]),
    ...(writesCalico ? [CALICO_NETWORK_POLICIES] : []),
    ...(domains === 'cilium' ? [CILIUM_NETWORK_POLICIES] : []),
  ];
  return [
    ...byGroup(written, ['create', 'patch', 'delete']),
    ...(writesCalico ? rightsInDefaultTier(['create', 'update', 'patch', 'delete']) : []),
    ...(writesCalico || namespaced
      ? []
      : [...byGroup([CALICO_NETWORK_POLICIES], ['delete']), ...rightsInDefaultTier(['delete'])]),
    ...(isCalico ? byGroup([NETWORK_POLICIES], ['delete', ...(takeOver ? ['patch'] : [])]) : []),
    ...(takeOver ? byGroup([NETWORK_POLICIES], ['get']) : []),
  ];
}

/** What one needs in the namespace that it runs in, for its Lease. */
export function rightsOverLease(name: string): Right[] {
  return ownObject(LEASES.group, LEASES.plural, name);
}

/** What one needs in the namespace of its Service, for the certificates of the webhook. */
export function rightsOverSecret(name: string): Right[] {
  return ownObject('', 'secrets', name);
}

/** What one needs to have the CRDs lead to the webhook. */
export function rightsOverCrds(): Right[] {
  return [
    {
      apiGroups: ['apiextensions.k8s.io'],
      resources: ['customresourcedefinitions'],
      resourceNames: [...CONVERTED_CRDS],
      verbs: ['get', 'patch'],
    },
  ];
}

/** A name cannot be asked for while there is no object of it yet (RBAC: create requests carry no name). */
function ownObject(group: string, resource: string, name: string): Right[] {
  return [
    { apiGroups: [group], resources: [resource], verbs: ['create'] },
    { apiGroups: [group], resources: [resource], resourceNames: [name], verbs: ['get', 'update'] },
  ];
}

function statusOf(resources: readonly ApiResource[]): Right[] {
  return byGroup(resources, ['patch']).map((right) => ({
    ...right,
    resources: right.resources.map((name) => `${name}/status`),
  }));
}

function byGroup(resources: readonly ApiResource[], verbs: readonly string[]): Right[] {
  const groups = new Map<string, Set<string>>();
  for (const { group, plural } of resources) {
    const plurals = groups.get(group) ?? new Set();
    groups.set(group, plurals.add(plural));
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, plurals]) => ({ apiGroups: [group], resources: [...plurals].sort(), verbs }));
}

/** Every verb on every resource that rules allow, as `verb resource.group`, sorted: for people and for tests. */
export function printRights(rights: readonly Right[]): string[] {
  const printed = rights.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((plural) => verbs.map((verb) => `${verb} ${resourceName({ group, plural })}`)),
    ),
  );
  return [...new Set(printed)].sort();
}
