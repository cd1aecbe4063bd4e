import type { Json } from '../../model/json';
import { resourceId, type Resource } from '../../model/resource';
import { CALICO_GROUP, CALICO_STORAGE_GROUP } from '../../policies/calico/api-group';
import { looksLikePolicy } from '../../policies/misnamed-kinds';
import type { FileDrift } from '../../reports/diff/drift';
import { differencesOf, type FieldDifference } from './compare-objects';
import { keyOf, layOver } from './lay-over';

/** A cluster against the manifests that should be in it. */
export interface LiveDrift {
  /** What is not as it is written; the cluster stands where committed files stand. */
  readonly objects: readonly FileDrift[];
  readonly compared: number;
  /** What the cluster holds once it is mended. */
  readonly mended: readonly Resource[];
}

/**
 * Compares object by object. Policies in the namespaces of the manifests that the manifests do not have are left over:
 * they decide there too. Whatever else the cluster has is not theirs to say.
 */
export function liveDrift(written: readonly Resource[], live: readonly Resource[]): LiveDrift {
  const byKey = new Map(live.map((resource) => [keyOf(resource), resource]));
  const keys = new Set(written.map(keyOf));
  const namespaces = new Set(written.flatMap(ownNamespace));
  const leftOver = live.filter(
    (resource) =>
      !keys.has(keyOf(resource)) &&
      isPolicy(resource) &&
      resource.namespace !== undefined &&
      namespaces.has(resource.namespace),
  );
  const gone = new Set(leftOver);
  // An object that is written twice is there once, as it is written last.
  const last = [...new Map(written.map((resource) => [keyOf(resource), resource])).values()];
  const objects = [
    ...last.flatMap((resource) => objectDrift(resource, byKey.get(keyOf(resource)))),
    ...leftOver.map((resource): FileDrift => ({ change: 'left-over', name: nameOf(resource) })),
  ];
  return {
    objects: objects.sort((a, b) => (a.name < b.name ? -1 : 1)),
    compared: last.length + leftOver.length,
    mended: layOver(
      live.filter((resource) => !gone.has(resource)),
      written,
    ),
  };
}

function objectDrift(written: Resource, live: Resource | undefined): FileDrift[] {
  const name = nameOf(written);
  if (live === undefined) return [{ change: 'missing', name }];
  const fields = differencesOf(written, live);
  const [first] = fields;
  return first === undefined ? [] : [changed(name, first, fields)];
}

function changed(name: string, first: FieldDifference, fields: readonly FieldDifference[]): FileDrift {
  return {
    change: 'changed',
    name,
    line: 0,
    field: first.field,
    moreFields: fields.slice(1).map(({ field }) => field),
    committed: inShort(first.live),
    fresh: inShort(first.written),
    lineEndings: false,
  };
}

function inShort(value: Json | undefined): string | undefined {
  if (value === undefined) return undefined;
  const text = JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

/** Calico has a NetworkPolicy of its own. */
function nameOf(resource: Resource): string {
  const isCalico = resource.group === CALICO_GROUP || resource.group === CALICO_STORAGE_GROUP;
  return isCalico ? `${resourceId(resource)} (${resource.apiVersion})` : resourceId(resource);
}

function ownNamespace({ group, kind, name, namespace }: Resource): string[] {
  if (namespace !== undefined) return [namespace];
  return group === '' && kind === 'Namespace' ? [name] : [];
}

function isPolicy({ group, kind }: Resource): boolean {
  return looksLikePolicy({ group, kind });
}
