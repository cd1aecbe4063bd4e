import type { ApiResource } from '../../controller/api/api-resource';
import type { KubernetesApi, RequestOptions } from '../../controller/api/kubernetes-api';
import { isJsonObject, jsonAt, type Json, type JsonObject } from '../../model/json';
import { isReadLive, SECOND_NAMES, type GroupKind } from './live-kinds';

/** A kind, and where else its objects are to be had. */
export interface ServedKind extends ApiResource {
  /** Other versions of it, in the order in which the server prefers them. */
  readonly otherVersions: readonly string[];
}

/** What a cluster serves of the kinds that are read. */
export interface Discovery {
  readonly resources: readonly ServedKind[];
  /** Groups that the API server names, and whose kinds it cannot tell now (an aggregated API that is down). */
  readonly silentGroups: readonly string[];
}

/** All groups in one answer (Kubernetes, "Aggregated discovery"; v2 since 1.30, v2beta1 since 1.27). */
const AGGREGATED = ['v2', 'v2beta1']
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .concat('application/json')
  .join(',');

/** Groups of metrics servers, often down, which have no objects. */
const METRICS = /(^|\.)metrics\.k8s\.io$/;

export interface DiscoverOptions extends RequestOptions {
  /** Which kinds are read. Default {@link isReadLive}. */
  readonly isRead?: ((kind: GroupKind) => boolean) | undefined;
}

/** The kinds that are served and read, each in the version that the server prefers. Sorted by group and kind. */
export async function discoverKinds(
  api: KubernetesApi,
  { isRead = isReadLive, ...options }: DiscoverOptions = {},
): Promise<Discovery> {
  const ask = { ...options, accept: AGGREGATED };
  const [core, named] = await Promise.all([api.getPath('/api', ask), api.getPath('/apis', ask)]);
  const discovery =
    jsonAt(named, ['kind']) === 'APIGroupDiscoveryList'
      ? readAggregated([core, named])
      : await readOneByOne(api, named, options);
  const silentGroups = discovery.silentGroups.filter((group) => !METRICS.test(group)).sort();
  return { resources: chosen(discovery.resources, isRead), silentGroups };
}

/** One name for each object: what is served under a second group as well is read under the first. */
function chosen(resources: readonly ServedKind[], isRead: (kind: GroupKind) => boolean): ServedKind[] {
  const groups = new Set(resources.map(({ group }) => group));
  const isSecond = ({ group }: ApiResource): boolean => {
    const first = SECOND_NAMES.get(group);
    return first !== undefined && groups.has(first);
  };
  const key = ({ group, kind }: ApiResource): string => `${group}/${kind}`;
  return resources
    .filter((resource) => isRead(resource) && !isSecond(resource))
    .sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function readAggregated(answers: readonly Json[]): Discovery {
  const resources: ServedKind[] = [];
  const silentGroups: string[] = [];
  for (const item of answers.flatMap((answer) => objectsAt(answer, ['items']))) {
    const group = textAt(item, ['metadata', 'name']);
    const versions = objectsAt(item, ['versions']);
    if (versions.some((version) => version['freshness'] === 'Stale')) silentGroups.push(group);
    const seen = new Set<string>();
    for (const version of versions) {
      for (const resource of objectsAt(version, ['resources'])) {
        const kind = textAt(resource, ['responseKind', 'kind']);
        const plural = textAt(resource, ['resource']);
        // The first version is the preferred one; a kind that it lacks is taken from the next.
        if (seen.has(plural) || !isListable(resource)) continue;
        seen.add(plural);
        const namespaced = resource['scope'] === 'Namespaced';
        const served = versions
          .filter((other) =>
            objectsAt(other, ['resources']).some((one) => textAt(one, ['resource']) === plural),
          )
          .map((other) => textAt(other, ['version']));
        const [preferred = '', ...otherVersions] = served;
        resources.push({ group, version: preferred, otherVersions, plural, kind, namespaced });
      }
    }
  }
  return { resources, silentGroups };
}

/** As servers before 1.27 tell it: a list of groups, and a request for each. */
async function readOneByOne(api: KubernetesApi, groups: Json, options: RequestOptions): Promise<Discovery> {
  const silentGroups: string[] = [];
  const named = objectsAt(groups, ['groups']).map((group) => ({
    group: textAt(group, ['name']),
    version: textAt(group, ['preferredVersion', 'version']),
  }));
  const lists = await Promise.all(
    [{ group: '', version: 'v1' }, ...named].map(async ({ group, version }) => {
      const path = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
      const list = await api.getPath(path, options).catch(() => undefined);
      if (list === undefined) silentGroups.push(group);
      return objectsAt(list, ['resources'])
        .filter((resource) => isListable(resource) && !textAt(resource, ['name']).includes('/'))
        .map((resource) => ({
          group,
          version,
          otherVersions: [],
          plural: textAt(resource, ['name']),
          kind: textAt(resource, ['kind']),
          namespaced: resource['namespaced'] === true,
        }));
    }),
  );
  return { resources: lists.flat(), silentGroups };
}

function isListable({ verbs }: JsonObject): boolean {
  return Array.isArray(verbs) && verbs.includes('list');
}

function objectsAt(value: Json | undefined, path: readonly string[]): JsonObject[] {
  const list = jsonAt(value, path);
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

function textAt(value: JsonObject, path: readonly string[]): string {
  const text = jsonAt(value, path);
  return typeof text === 'string' ? text : '';
}
