import { ApiError, ConnectionError } from '../../controller/api/api-error';
import { resourceName, type ApiResource } from '../../controller/api/api-resource';
import type { KubernetesApi } from '../../controller/api/kubernetes-api';
import type { Finding } from '../../model/finding';
import { isJsonObject, type JsonObject } from '../../model/json';
import { livePlace, type Place } from '../../model/place';
import type { Resource } from '../../model/resource';
import { takeIn, type Intake } from '../read-objects';
import { UsageError } from '../usage-error';
import { discoverKinds, type ServedKind } from './discover-kinds';
import { isNodeKind, isReadLive, type GroupKind } from './live-kinds';
import { trimLive } from './trim-live';

export interface ReadLiveOptions {
  /** What people call the cluster: the name of the context. */
  readonly context: string;
  /** Only objects of this namespace, and those that are in none. Default: all. */
  readonly namespace?: string | undefined;
  /** Whether Nodes are read too, for whose addresses are those of nodes and of pods. Default false. */
  readonly nodes?: boolean | undefined;
  /** Told how many kinds are read, of how many. */
  readonly onRead?: ((kinds: number, of: number) => void) | undefined;
}

export interface LiveObjects {
  /** By group, kind, namespace and name. */
  readonly resources: readonly Resource[];
  /** What could not be read, so that verdicts do not know it. */
  readonly findings: readonly Finding[];
}

/**
 * Every object of a cluster that says something about who can talk to whom. What one may not list, or what the server
 * cannot list now, becomes a finding: verdicts are then incomplete.
 * @throws UsageError when there is no way in, or nothing may be listed at all
 */
export async function readLive(api: KubernetesApi, options: ReadLiveOptions): Promise<LiveObjects> {
  const { context, namespace, nodes = false } = options;
  const isRead = (kind: GroupKind): boolean => isReadLive(kind) || (nodes && isNodeKind(kind));
  const { resources: kinds, silentGroups } = await asUsage(context, discoverKinds(api, { isRead }));
  const findings: Finding[] = silentGroups.map((group) => silentGroup(group, context));
  let done = 0;
  const lists = await asUsage(
    context,
    Promise.all(
      kinds.map(async (kind) => {
        const list = await listKind(api, kind, options);
        done += 1;
        options.onRead?.(done, kinds.length);
        return list;
      }),
    ),
  );
  const listed = lists.filter((list) => list.error === undefined);
  if (listed.length === 0) throw new UsageError(nothingListed(context, namespace, lists[0]?.error));
  const intake: Intake = { resources: [], findings, defaultNamespace: namespace ?? 'default' };
  for (const { kind, objects, error } of lists) {
    if (error !== undefined) findings.push(notListed(kind, error, context));
    for (const object of objects) takeIn(object, placeOf(kind, object, context), intake);
  }
  if (namespace !== undefined) findings.push(oneNamespace(namespace, context));
  return { resources: intake.resources, findings };
}

interface Listed {
  readonly kind: ApiResource;
  readonly objects: readonly JsonObject[];
  readonly error?: ApiError | undefined;
}

/** Where the preferred version cannot be had because nothing converts to it, the stored one still can. */
async function listKind(api: KubernetesApi, kind: ServedKind, options: ReadLiveOptions): Promise<Listed> {
  let first: Listed | undefined;
  for (const version of [kind.version, ...kind.otherVersions]) {
    const listed = await listVersion(api, { ...kind, version }, options);
    if (listed.error === undefined || listed.error.status < 500) return listed;
    first ??= listed;
  }
  return first ?? { kind, objects: [] };
}

async function listVersion(
  api: KubernetesApi,
  kind: ApiResource,
  { namespace }: ReadLiveOptions,
): Promise<Listed> {
  try {
    if (namespace !== undefined && kind.group === '' && kind.kind === 'Namespace') {
      const object = await api.get({ resource: kind, name: namespace });
      return { kind, objects: object === undefined ? [] : [trimLive(object)] };
    }
    const selection = kind.namespaced && namespace !== undefined ? { namespace } : {};
    const { items } = await api.listAs(
      kind,
      (object) => (isOwn(object) ? undefined : trimLive(object)),
      selection,
    );
    return { kind, objects: items.filter((item) => item !== undefined) };
  } catch (error) {
    // Whoever is not known at all is let in nowhere.
    if (!(error instanceof ApiError) || error.status === 401) throw error;
    // Gone between discovery and list.
    if (error.isNotFound) return { kind, objects: [] };
    return { kind, objects: [], error };
  }
}

/** Profiles that Calico makes of namespaces and service accounts say what the model derives from these itself. */
function isOwn(object: JsonObject): boolean {
  const metadata = isJsonObject(object['metadata']) ? object['metadata'] : {};
  const { name } = metadata;
  return (
    object['kind'] === 'Profile' &&
    typeof name === 'string' &&
    (/^(kns|ksa)\./.test(name) || name === 'projectcalico-default-allow')
  );
}

/** `networkpolicy/default-deny -n shop --context prod`: kubectl finds the object by these words. */
function placeOf(kind: ApiResource, object: JsonObject, context: string): Place {
  const metadata = isJsonObject(object['metadata']) ? object['metadata'] : {};
  const { name, namespace } = metadata;
  const isBuiltIn = !kind.group.includes('.') || kind.group.endsWith('.k8s.io');
  const type = isBuiltIn ? kind.kind.toLowerCase() : resourceName(kind);
  const scope = typeof namespace === 'string' ? ` -n ${namespace}` : '';
  return livePlace(`${type}/${typeof name === 'string' ? name : '?'}${scope} --context ${context}`);
}

function clusterPlace(context: string): Place {
  return livePlace(`--context ${context}`);
}

function notListed(kind: ApiResource, error: ApiError, context: string): Finding {
  const name = resourceName(kind);
  const why = error.isForbidden ? `you may not list ${name}` : `${name} cannot be listed (${error.message})`;
  const isNode = isNodeKind(kind);
  const follows = isNode
    ? 'whose addresses are those of nodes, and which ranges are those of pods, is known from Pods only'
    : 'verdicts do not know them and can be wrong';
  const besides = isNode ? ' Or name the ranges: --node-cidr and --pod-cidr.' : '';
  return {
    id: 'live-kind-unread',
    severity: 'warning',
    message: `In the cluster ${context} ${why}: ${follows}`,
    place: clusterPlace(context),
    mend: error.isForbidden
      ? `Ask for the right to list ${name}, or take a context that has it.${besides}`
      : `Try again when the API server is well.${besides}`,
  };
}

function silentGroup(group: string, context: string): Finding {
  return {
    id: 'live-kind-unread',
    severity: 'warning',
    message: `The API server of ${context} does not say now which kinds ${group} has: policies of these kinds are not known, and verdicts can be wrong`,
    place: clusterPlace(context),
    mend: `Look at the APIService objects of ${group}: kubectl get apiservices --context ${context}.`,
  };
}

function oneNamespace(namespace: string, context: string): Finding {
  return {
    id: 'live-one-namespace',
    severity: 'info',
    message: `Only the namespace ${namespace} of ${context} is read: workloads of other namespaces are not known, and rules that name them lead nowhere`,
    place: clusterPlace(context),
    mend: 'Leave out -n to read the whole cluster.',
  };
}

function nothingListed(context: string, namespace: string | undefined, error: ApiError | undefined): string {
  const where = namespace === undefined ? '' : ` in the namespace ${namespace}`;
  const narrower = namespace === undefined ? ' Rights in one namespace are enough with -n NAMESPACE.' : '';
  return error === undefined
    ? `The cluster ${context} serves no kind that could be read.`
    : `In the cluster ${context} nothing can be listed${where}: ${error.message}.${narrower}`;
}

/** What goes wrong on the way to a cluster is told in plain words. */
export async function asUsage<T>(context: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const words = wordsFor(context, error);
    if (words === undefined) throw error;
    throw new UsageError(words, { cause: error });
  }
}

function wordsFor(context: string, error: unknown): string | undefined {
  if (error instanceof ConnectionError) {
    return `The cluster ${context} cannot be reached: ${error.message}.`;
  }
  if (error instanceof ApiError) {
    if (error.status === 401) {
      return `The cluster ${context} does not take the credentials of the kubeconfig (401 ${error.message}). Log in again.`;
    }
    return `The cluster ${context} refuses (${error.status}): ${error.message}.`;
  }
  if (error instanceof Error && error.name === 'ClusterAccessError') return error.message;
  return undefined;
}
