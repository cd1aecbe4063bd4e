import type { ApiObject } from 'cdk8s';
import type { AppObject } from './app-objects';
import type { Rendering } from './rendering';
import type { Compilation } from '../compiler/compilation';
import type { Finding } from '../model/finding';
import type { FieldPath } from '../model/json';
import type { PodTemplateKinds } from '../model/workloads/pod-template';
import { resourceId, type Labels, type Resource } from '../model/resource';

/** Adds the labels of a compilation to the objects of the tree; the result is the objects that it changed. */
export function labelApp(
  rendering: Rendering,
  kinds: PodTemplateKinds,
  compilation: Pick<Compilation, 'podLabels' | 'namespaceLabels'>,
  objects: readonly AppObject[],
  findings: Finding[],
): ReadonlySet<ApiObject> {
  const owners = new Map(
    objects.flatMap((object) => object.resources.map((resource) => [resource, object] as const)),
  );
  const changed = new Set<ApiObject>();
  const add = (resource: Resource, template: FieldPath, present: Labels, labels: Labels): void => {
    const owner = owners.get(resource);
    if (owner === undefined) return;
    if (owner.resources.length > 1) {
      findings.push(insideList(resource));
      return;
    }
    findings.push(...conflicts(resource, present, labels));
    rendering.label(owner.object, template, labels);
    changed.add(owner.object);
  };
  for (const { workload, labels } of compilation.podLabels) {
    add(workload.resource, kinds.pathOf(workload.group, workload.kind) ?? [], workload.labels, labels);
  }
  for (const { resource, labels } of compilation.namespaceLabels) {
    if (resource !== undefined) add(resource, [], {}, labels);
  }
  return changed;
}

/** A label of ours that the app already sets to something else: ours goes into the output, and the app should know. */
function conflicts(resource: Resource, present: Labels, labels: Labels): Finding[] {
  return Object.entries(labels)
    .filter(([key, value]) => Object.hasOwn(present, key) && present[key] !== value)
    .map(([key, value]) => ({
      id: 'label-conflict',
      severity: 'warning',
      message: `The label ${key} is ${JSON.stringify(present[key])} in the app, but the intents need ${JSON.stringify(value)}; the output has the latter`,
      object: resourceId(resource),
      place: resource.place,
      mend: `Remove ${key} from the pod template.`,
    }));
}

function insideList(resource: Resource): Finding {
  return {
    id: 'list-not-labelled',
    severity: 'error',
    message: `${resourceId(resource)} is an item of a List, so its pods cannot be given the labels that its intents need`,
    object: resourceId(resource),
    place: resource.place,
    mend: 'Bring it in with ManifestInclude, which takes Lists apart, or use the selectors profile.',
  };
}
