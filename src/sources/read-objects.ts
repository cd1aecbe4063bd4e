import type { Finding } from '../model/finding';
import { isJsonObject, type Json, type JsonObject } from '../model/json';
import { dnsLabelProblem } from '../model/name-syntax';
import type { Place } from '../model/place';
import { resourceId, type Resource } from '../model/resource';
import { isClusterScoped } from '../model/scope';

/** Where objects go that are found, and what is said about the others. */
export interface Intake {
  readonly resources: Resource[];
  readonly findings: Finding[];
  /** For namespaced objects that name none. */
  readonly defaultNamespace: string;
}

/** API groups of files that tools read themselves and never send to a cluster. */
const TOOL_GROUPS: readonly string[] = [
  'kustomize.config.k8s.io',
  'kind.x-k8s.io',
  'k3d.io',
  'skaffold',
  'kubeadm.k8s.io',
  'kubelet.config.k8s.io',
  'eksctl.io',
  'audit.k8s.io',
  'apiserver.config.k8s.io',
];

/** Takes one value of a document in: an object, or a list of objects, of whatever depth. */
export function takeIn(value: Json, place: Place, intake: Intake): void {
  if (!isJsonObject(value)) {
    if (Array.isArray(value) && value.some(looksLikeObject)) {
      reject(
        intake,
        place,
        'This document is a bare list of Kubernetes objects, which kubectl refuses: none of them is taken into account',
        'Write kind: List with these as its items, or one document for each.',
      );
      return;
    }
    skip(
      intake,
      place,
      `This document is ${Array.isArray(value) ? 'a list' : 'a single value'} and not a Kubernetes object`,
    );
    return;
  }
  const { apiVersion, kind } = value;
  if (apiVersion === undefined && kind === undefined) {
    skip(intake, place, 'This document has no apiVersion and no kind, so it is not a Kubernetes object');
  } else if (typeof apiVersion !== 'string' || typeof kind !== 'string' || apiVersion === '' || kind === '') {
    const field = typeof apiVersion !== 'string' || apiVersion === '' ? 'apiVersion' : 'kind';
    reject(
      intake,
      place.at([field]),
      `${field} is missing or not a string, so nobody can tell what this object is`,
      `Set ${field}.`,
    );
  } else if (kind.endsWith('List') && Array.isArray(value.items)) {
    takeInList(value.items, { apiVersion, kind }, place, intake);
  } else {
    takeInObject(value, { apiVersion, kind }, place, intake);
  }
}

function looksLikeObject(value: Json): boolean {
  return isJsonObject(value) && typeof value.apiVersion === 'string' && typeof value.kind === 'string';
}

interface Type {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Items of a typed list, as the API server sends them, carry neither apiVersion nor kind: the list says both. */
function takeInList(items: readonly Json[], list: Type, place: Place, intake: Intake): void {
  const itemKind = list.kind.slice(0, -'List'.length);
  items.forEach((item, index) => {
    const untyped = isJsonObject(item) && item.apiVersion === undefined && item.kind === undefined;
    const typed =
      untyped && itemKind !== '' ? { apiVersion: list.apiVersion, kind: itemKind, ...item } : item;
    takeIn(typed, place.at(['items', index]), intake);
  });
}

function takeInObject(manifest: JsonObject, { apiVersion, kind }: Type, place: Place, intake: Intake): void {
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash);
  const version = apiVersion.slice(slash + 1);
  if (TOOL_GROUPS.includes(group)) {
    skip(intake, place, `${kind} ${apiVersion} is configuration of a tool and not an object of the cluster`);
    return;
  }
  const metadata = isJsonObject(manifest.metadata) ? manifest.metadata : {};
  const name = readName(metadata, { kind, place, intake });
  if (name === undefined) return;
  const resource = { apiVersion, group, version, kind, name, manifest, place };
  if (!isNamespaceSound(metadata, resource, intake)) return;
  const namespace = readNamespaceName(metadata, resource, intake);
  intake.resources.push(namespace === undefined ? resource : { ...resource, namespace });
}

function readName(
  metadata: JsonObject,
  { kind, place, intake }: { readonly kind: string; readonly place: Place; readonly intake: Intake },
): string | undefined {
  const { name, generateName } = metadata;
  if (typeof name === 'string' && name !== '') return name;
  if (name === undefined && typeof generateName === 'string' && generateName !== '') return generateName;
  const field = place.at(['metadata', 'name']);
  const state = typeof name === 'string' || name === undefined || name === null ? 'missing' : 'not a string';
  reject(
    intake,
    field,
    `metadata.name of this ${kind} is ${state}, so the object is left out`,
    'Set metadata.name; quote it when it looks like a number.',
  );
  return undefined;
}

/** Whether metadata.namespace is absent or the name of a namespace: no cluster has an object in any other. */
function isNamespaceSound({ namespace }: JsonObject, resource: Resource, intake: Intake): boolean {
  if (namespace === undefined || namespace === null || namespace === '') return true;
  const isText = typeof namespace === 'string';
  const reason = isText ? dnsLabelProblem(namespace) : 'it is not a string';
  if (reason === undefined) return true;
  const what = isText ? `${JSON.stringify(namespace.slice(0, 80))} as ` : '';
  reject(
    intake,
    resource.place.at(['metadata', 'namespace']),
    `${what}metadata.namespace of this ${resource.kind} is no name of a namespace, so the object is left out: ${reason}`,
    isText ? 'Correct the namespace.' : 'Quote the namespace.',
    resource,
  );
  return false;
}

function readNamespaceName(metadata: JsonObject, resource: Resource, intake: Intake): string | undefined {
  const { namespace } = metadata;
  const written = typeof namespace === 'string' && namespace !== '' ? namespace : undefined;
  const field = resource.place.at(['metadata', 'namespace']);
  if (!isClusterScoped(resource.group, resource.kind)) return written ?? intake.defaultNamespace;
  if (written !== undefined) {
    intake.findings.push({
      id: 'misplaced-namespace',
      severity: 'warning',
      message: `${resource.kind} objects are in no namespace, but this one names ${written}; the API server refuses it or drops the namespace`,
      object: resourceId(resource),
      place: field,
      mend: 'Remove metadata.namespace.',
      fix: [{ type: 'remove', at: field }],
    });
  }
  return undefined;
}

function skip(intake: Intake, place: Place, message: string): void {
  intake.findings.push({
    id: 'not-kubernetes',
    severity: 'info',
    message: `${message}; it is skipped`,
    place,
    mend: 'Nothing, if it is not meant for the cluster; otherwise give it apiVersion, kind and metadata.name.',
  });
}

function reject(intake: Intake, place: Place, message: string, mend: string, resource?: Resource): void {
  const object = resource === undefined ? {} : { object: resourceId(resource) };
  intake.findings.push({ id: 'invalid-field', severity: 'error', message, ...object, place, mend });
}
