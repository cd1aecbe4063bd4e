import type { Finding } from './finding';
import { resourceId, type Resource } from './resource';

/** Kinds of Kubernetes that are served as v1 of their group only. */
const V1_KINDS: ReadonlyMap<string, string> = new Map([
  ...['Namespace', 'Pod', 'ReplicationController', 'Service', 'ServiceAccount'].map(
    (kind) => [kind, ''] as const,
  ),
  ...['DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet'].map((kind) => [kind, 'apps'] as const),
  ...['CronJob', 'Job'].map((kind) => [kind, 'batch'] as const),
  ['Ingress', 'networking.k8s.io'],
]);

/** Versions of these groups that clusters served once (Kubernetes, "Deprecated API Migration Guide"). */
const OLD_VERSIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ['apps', ['v1beta1', 'v1beta2']],
  ['batch', ['v1beta1', 'v2alpha1']],
  ['extensions', ['v1beta1']],
  ['networking.k8s.io', ['v1beta1']],
]);

/**
 * What to say of a version that clusters do not serve: a warning for one they served once, whose objects are read all
 * the same, as the version that took its place; an error for one that never was.
 */
export function unservedVersion(resource: Resource): Finding | undefined {
  const { group, version, kind, apiVersion, place } = resource;
  const right = V1_KINDS.get(kind);
  if (right === undefined || (group !== right && group !== 'extensions')) return undefined;
  if (group === right && version === 'v1') return undefined;
  const isOld = OLD_VERSIONS.get(group)?.includes(version) === true;
  return {
    id: 'unserved-api-version',
    severity: isOld ? 'warning' : 'error',
    message: isOld
      ? `Clusters of today serve no ${kind} ${apiVersion} any more and refuse the object; it is read as if they took it`
      : `No cluster serves ${kind} ${apiVersion}, so the API server refuses the object`,
    object: resourceId(resource),
    place: place.at(['apiVersion']),
    mend: `Write apiVersion: ${right === '' ? 'v1' : `${right}/v1`}${isOld ? '; look at the fields, some are new or required there' : ''}.`,
  };
}
