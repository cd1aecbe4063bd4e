import { nearest } from './field-reader';
import type { Finding } from './finding';
import { resourceId, type Resource } from './resource';

/** The kinds of the groups of Kubernetes that have kinds of the model; such a group has no others. */
const KINDS: ReadonlyMap<string, readonly string[]> = new Map([
  [
    '',
    [
      'Binding',
      'ComponentStatus',
      'ConfigMap',
      'Endpoints',
      'Event',
      'LimitRange',
      'Namespace',
      'Node',
      'PersistentVolume',
      'PersistentVolumeClaim',
      'Pod',
      'PodTemplate',
      'ReplicationController',
      'ResourceQuota',
      'Secret',
      'Service',
      'ServiceAccount',
    ],
  ],
  ['apps', ['ControllerRevision', 'DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet']],
  ['batch', ['CronJob', 'Job', 'JobTemplate']],
  ['networking.k8s.io', ['IPAddress', 'Ingress', 'IngressClass', 'NetworkPolicy', 'ServiceCIDR']],
]);

/** Those that are read into the model, by name. Policies have a check of their own. */
const GROUP_OF: ReadonlyMap<string, string> = new Map([
  ...['Namespace', 'Pod', 'ReplicationController', 'Service', 'ServiceAccount'].map(
    (kind) => [kind, ''] as const,
  ),
  ...['DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet'].map((kind) => [kind, 'apps'] as const),
  ...['CronJob', 'Job'].map((kind) => [kind, 'batch'] as const),
  ['Ingress', 'networking.k8s.io'],
]);

/**
 * The error of an object whose kind or group has a slip: the API server has no such kind and refuses it, so it is in no
 * verdict. Undefined for kinds that exist, and for what may be a kind of some other product.
 */
export function misnamedKind(resource: Resource): Finding | undefined {
  const { group, kind } = resource;
  const kinds = KINDS.get(group);
  if (kinds?.includes(kind) === true) return undefined;
  const right = GROUP_OF.get(kind);
  if (right !== undefined && isNearGroup(group, right))
    return misspelt(
      resource,
      'apiVersion',
      `Did you mean apiVersion: ${right === '' ? 'v1' : `${right}/v1`}?`,
    );
  const near = nearest(kind, kinds ?? []);
  if (near === undefined || !GROUP_OF.has(near)) return undefined;
  return misspelt(resource, 'kind', `Did you mean ${near}?`);
}

/** `extensions` had most of these kinds once, and old manifests carry it. */
function isNearGroup(group: string, right: string): boolean {
  if (group === 'extensions') return false;
  return KINDS.has(group) || (right !== '' && nearest(group, [right]) !== undefined);
}

function misspelt(resource: Resource, field: 'kind' | 'apiVersion', mend: string): Finding {
  const { apiVersion, kind, place } = resource;
  return {
    id: 'misspelt-kind',
    severity: 'error',
    message: `${apiVersion} has no kind ${JSON.stringify(kind.slice(0, 80))}: the API server refuses the object, so it is not part of any verdict`,
    object: resourceId(resource),
    place: place.at([field]),
    mend,
  };
}
