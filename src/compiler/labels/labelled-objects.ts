import type { Compilation, NamespaceLabels } from '../compilation';
import type { Unlabelled } from './former-labels';
import { addLabels, removeLabels } from './label-object';
import type { Finding } from '../../model/finding';
import { sameJson, type FieldPath, type JsonObject } from '../../model/json';
import { NOWHERE } from '../../model/place';
import type { PodTemplateKinds } from '../../model/workloads/pod-template';
import { resourceId, type Labels, type Resource } from '../../model/resource';

/** The objects of a compilation's input with the labels that it wants. */
export interface LabelledObjects {
  /** Every object as it goes out: those of the input in their order, then Namespaces that the input lacks. */
  readonly resources: readonly Resource[];
  /** Those among them that differ from the input. */
  readonly changed: readonly Resource[];
  readonly findings: readonly Finding[];
}

/**
 * Writes the labels of a compilation into the objects that need them, and leaves all else of them as it is.
 *
 * @param resources the objects that were compiled
 * @param unlabelled those of them that carried labels of intents, of which nothing but what is wanted now stays
 * @param written whether the objects are part of what is applied; a label that they are to lose stays on them otherwise
 */
export function labelObjects(
  resources: readonly Resource[],
  unlabelled: readonly Unlabelled[],
  kinds: PodTemplateKinds,
  { podLabels, namespaceLabels }: Pick<Compilation, 'podLabels' | 'namespaceLabels'>,
  { written = true }: { readonly written?: boolean } = {},
): LabelledObjects {
  const wanted = new Map<Resource, Labels>();
  for (const { workload, labels } of podLabels) wanted.set(workload.resource, labels);
  for (const { resource, labels } of namespaceLabels)
    if (resource !== undefined) wanted.set(resource, labels);
  const former = new Map(unlabelled.map((one) => [one.after, one]));
  const changed: Resource[] = [];
  const findings: Finding[] = [];
  const labelled = resources.map((resource) => {
    const labels = wanted.get(resource);
    const carried = former.get(resource);
    if (labels === undefined && carried === undefined) return resource;
    const before = carried?.before ?? resource;
    const template = templateOf(resource, kinds);
    const gone = (carried?.keys ?? []).filter((key) => labels === undefined || !Object.hasOwn(labels, key));
    const manifest = relabel(before.manifest, template, labels ?? {}, gone);
    if (gone.length > 0) findings.push(written ? removed(before, gone) : leftOn(before, gone));
    if (sameJson(manifest, before.manifest)) return before;
    const after = { ...resource, manifest };
    changed.push(after);
    return after;
  });
  const missing = namespaceLabels.filter(({ resource }) => resource === undefined);
  const added = missing.map(namespaceObject);
  findings.push(...missing.map(addedNamespace));
  return { resources: [...labelled, ...added], changed: [...changed, ...added], findings };
}

function relabel(
  manifest: JsonObject,
  template: FieldPath,
  labels: Labels,
  gone: readonly string[],
): JsonObject {
  return addLabels(removeLabels(manifest, template, new Set(gone)), template, labels);
}

function templateOf({ group, kind }: Resource, kinds: PodTemplateKinds): FieldPath {
  return kinds.pathOf(group, kind) ?? [];
}

function removed(resource: Resource, keys: readonly string[]): Finding {
  return {
    id: 'label-removed',
    severity: 'info',
    message: `${resourceId(resource)} carried ${keys.join(', ')}, which no intent asks for; the output is without`,
    object: resourceId(resource),
    place: resource.place,
    mend: 'Apply the output, or remove the labels from the manifest.',
  };
}

/** What is applied is without the object, so the label stays where it is, and opens what the proof takes for closed. */
function leftOn(resource: Resource, keys: readonly string[]): Finding {
  return {
    id: 'label-removed',
    severity: 'warning',
    message: `${resourceId(resource)} carries ${keys.join(', ')}, which no intent asks for; the proof takes it for gone, but the output has policies only and does not take it off`,
    object: resourceId(resource),
    place: resource.place,
    mend: 'Remove the labels from the manifest, or apply the objects as well.',
  };
}

function namespaceObject({ namespace, labels }: NamespaceLabels): Resource {
  return {
    apiVersion: 'v1',
    group: '',
    version: 'v1',
    kind: 'Namespace',
    name: namespace,
    manifest: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: { ...labels } } },
    place: NOWHERE,
  };
}

/** Said in the place of the compiler's `namespace-not-declared`: here the object is made. */
function addedNamespace({ namespace, labels }: NamespaceLabels): Finding {
  const written = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return {
    id: 'namespace-added',
    severity: 'warning',
    message: `Namespace ${namespace} is not in the input, so the output has one with nothing but the label that policies go by: if another file declares it, kubectl apply takes the labels of that file off`,
    object: `Namespace/${namespace}`,
    place: NOWHERE,
    mend: `Add that file to the input, use kubectl apply --server-side, or set the label yourself: kubectl label namespace ${namespace} ${written.join(' ')}.`,
  };
}
