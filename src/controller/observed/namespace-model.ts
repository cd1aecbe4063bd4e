import type { ObservedNamespace } from './observed-namespace';
import type { ObservedObject } from './observed-object';
import { readCalledBy } from '../../compiler/resolution/called-by';
import { withoutFormerLabels } from '../../compiler/labels/former-labels';
import { removeLabels } from '../../compiler/labels/label-object';
import { isFormerOutput } from '../../compiler/present-policies';
import { isOwnLabel } from '../../compiler/labels/former-labels';
import type { ClientIntents, ProtectedService } from '../../intents/client-intents';
import { readIntents } from '../../intents/read-intents';
import { buildCluster } from '../../model/build-cluster';
import type { Cluster } from '../../model/cluster';
import type { Finding } from '../../model/finding';
import { isJsonObject, type JsonObject } from '../../model/json';
import { NOWHERE } from '../../model/place';
import type { Resource } from '../../model/resource';
import { withoutControllerLabels } from '../../model/workloads/ownership';
import { workloadId } from '../../model/workloads/read-workload';
import { DEFAULT_POD_TEMPLATE_KINDS, type PodTemplateKinds } from '../../model/workloads/pod-template';

/** What there is in one namespace besides intents and policies. */
export interface NamespaceObjects {
  /** Its workloads, Services, Ingresses; without policies and intents. */
  readonly cluster: Cluster;
  /** Intents that annotations of its servers declare. */
  readonly annotated: readonly ClientIntents[];
}

/** What the intents of one namespace say. */
export interface NamespaceIntents {
  readonly intents: readonly ClientIntents[];
  readonly protectedServices: readonly ProtectedService[];
  readonly findings: readonly Finding[];
  /** Generations of the objects that were read, by kind and name. */
  readonly generations: ReadonlyMap<string, number>;
}

/** The model of the objects of a namespace: as files would give it that hold the owners of pods and no labels of intents. */
export function readNamespaceObjects(observed: ObservedNamespace): NamespaceObjects {
  const { resources, kinds } = modelResources(observed);
  const policies = readNamespacePolicies(observed);
  const { resources: plain } = withoutFormerLabels([...resources, ...policies], kinds);
  const isPolicy = new Set(policies);
  const cluster = buildCluster(
    plain.filter((resource) => !isPolicy.has(resource)),
    { kinds, defaultNamespace: observed.name },
  );
  return { cluster, annotated: readCalledBy(cluster.workloads, []) };
}

/** Policies that intents did not make. */
export function readNamespacePolicies(observed: ObservedNamespace): readonly Resource[] {
  return [...observed.ofFacet('policies')]
    .map(({ resource }) => resource)
    .filter((policy) => !isFormerOutput(policy));
}

/** Intents that are being deleted do not count any more. */
export function readNamespaceIntents(observed: ObservedNamespace): NamespaceIntents {
  const alive = [...observed.ofFacet('intents')].filter(({ deleting }) => !deleting);
  return {
    ...readIntents(alive.map(({ resource }) => resource).sort(byName)),
    generations: new Map(
      alive.map(({ resource: { kind, name }, generation }) => [`${kind}/${name}`, generation]),
    ),
  };
}

function modelResources(observed: ObservedNamespace): {
  readonly resources: readonly Resource[];
  readonly kinds: PodTemplateKinds;
} {
  const resources: Resource[] = observed.namespace === undefined ? [] : [observed.namespace.resource];
  const loose = new Map<string, Resource[]>();
  let kinds = DEFAULT_POD_TEMPLATE_KINDS;
  for (const object of observed.ofFacet('objects'))
    if (isRoot(object, observed)) resources.push(object.resource);
  for (const pod of observed.pods.values()) {
    const root = observed.rootOf(pod);
    if (root === undefined) continue;
    if (root.unwatched !== undefined) {
      const { apiVersion, kind } = root.unwatched;
      const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
      if (kinds.pathOf(group, kind) === undefined)
        kinds = kinds.register({ group, kind, path: ['spec', 'template'] });
      const same = loose.get(root.id) ?? [];
      loose.set(root.id, [...same, standIn(root.unwatched, pod, group)]);
    } else if (root.id === idOf(pod)) {
      resources.push(pod.resource);
    }
  }
  for (const same of loose.values()) resources.push(united(same));
  return { resources: resources.sort(byName), kinds };
}

function isRoot(object: ObservedObject, observed: ObservedNamespace): boolean {
  const { group, kind } = object.resource;
  if (DEFAULT_POD_TEMPLATE_KINDS.pathOf(group, kind) === undefined) return true;
  return observed.rootOf(object)?.id === idOf(object);
}

function idOf({ resource: { namespace = 'default', name, kind } }: ObservedObject): string {
  return workloadId(namespace, name, kind);
}

/** An owner of a kind that nobody watches, as one of its pods shows it. */
function standIn(
  { apiVersion, kind, name }: { readonly apiVersion: string; readonly kind: string; readonly name: string },
  { resource }: ObservedObject,
  group: string,
): Resource {
  const { metadata, spec = {} } = resource.manifest;
  const { labels, annotations } = isJsonObject(metadata) ? metadata : {};
  const own = isJsonObject(labels) ? Object.keys(labels).filter(isOwnLabel) : [];
  const template = removeLabels(
    { metadata: { labels, ...(annotations === undefined ? {} : { annotations }) }, spec },
    [],
    new Set(own),
  );
  const { namespace = 'default' } = resource;
  return {
    apiVersion,
    group,
    version: apiVersion.slice(apiVersion.indexOf('/') + 1),
    kind,
    name,
    namespace,
    manifest: { apiVersion, kind, metadata: { name, namespace }, spec: { template } },
    place: NOWHERE,
  };
}

/** Labels that all pods of one owner have: no policy may go by those of a single pod. */
function united(standIns: readonly Resource[]): Resource {
  const [first, ...others] = [...standIns].sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
  if (first === undefined) throw new TypeError('An owner without pods has no stand-in');
  let labels = podLabels(first);
  for (const other of others) {
    const theirs = podLabels(other);
    labels = Object.fromEntries(Object.entries(labels).filter(([key, value]) => theirs[key] === value));
  }
  const { manifest } = first;
  const spec = isJsonObject(manifest['spec']) ? manifest['spec'] : {};
  const template = isJsonObject(spec['template']) ? spec['template'] : {};
  const metadata = isJsonObject(template['metadata']) ? template['metadata'] : {};
  const shared = { ...template, metadata: { ...metadata, labels } };
  return { ...first, manifest: { ...manifest, spec: { template: shared } } };
}

function podLabels({ manifest }: Resource): Record<string, string> {
  const { spec } = manifest;
  const template = isJsonObject(spec) && isJsonObject(spec['template']) ? spec['template'] : {};
  const metadata: JsonObject = isJsonObject(template['metadata']) ? template['metadata'] : {};
  const labels = isJsonObject(metadata['labels']) ? metadata['labels'] : {};
  const texts = Object.entries(labels).flatMap(([key, value]) =>
    typeof value === 'string' ? [[key, value] as const] : [],
  );
  return { ...withoutControllerLabels(Object.fromEntries(texts)) };
}

function textOf({ manifest }: Resource): string {
  return JSON.stringify(manifest);
}

/** In one order, whatever the order in which the API server told of them. */
function byName(a: Resource, b: Resource): number {
  const keyOf = ({ group, kind, name }: Resource): string => `${group}/${kind}/${name}`;
  return keyOf(a) < keyOf(b) ? -1 : 1;
}
