import {
  ACCESS_PREFIX,
  CLIENT_LABEL,
  OWNER_KIND_LABEL,
  SERVICE_ACCESS_PREFIX,
} from '../profiles/label-scheme';
import { labelsAt, removeLabels } from './label-object';
import { isFormerOutput } from '../present-policies';
import { isJsonObject, jsonAt, type FieldPath, type Json } from '../../model/json';
import type { PodTemplateKinds } from '../../model/workloads/pod-template';
import type { Resource } from '../../model/resource';

const PREFIX = 'intents.otterize.com/';

/** Labels of pods and namespaces that intents make, under any profile (otterize-operator 3.2). */
const OWN_LABELS: readonly string[] = [
  CLIENT_LABEL,
  OWNER_KIND_LABEL,
  `${PREFIX}server`,
  `${PREFIX}service`,
  `${PREFIX}namespace-name`,
];

/** An object of the input that carried labels of intents, and what it is without them. */
export interface Unlabelled {
  readonly before: Resource;
  readonly after: Resource;
  /** Keys that were taken off. */
  readonly keys: readonly string[];
}

/**
 * The input as it was before intents labelled it, so that labels are made from what the intents say now and from
 * nothing else: one that no intent wants any more lets a pod in where nobody declares it (otterize-operator 10.2 W-1),
 * and one of a renamed workload would stand beside the new one.
 *
 * A label that something else in the input goes by stays: a selector of a workload or a Service, a policy that intents
 * did not make.
 */
export function withoutFormerLabels(
  resources: readonly Resource[],
  kinds: PodTemplateKinds,
): { readonly resources: readonly Resource[]; readonly unlabelled: readonly Unlabelled[] } {
  const carriers = new Map<Resource, { readonly template: FieldPath; readonly keys: readonly string[] }>();
  for (const resource of resources) {
    const template = labelledAt(resource, kinds);
    if (template === undefined || isOwned(resource)) continue;
    const keys = Object.keys(labelsAt(resource.manifest, template)).filter(isOwnLabel);
    if (keys.length > 0) carriers.set(resource, { template, keys });
  }
  if (carriers.size === 0) return { resources, unlabelled: [] };
  const used = usedLabels(resources, kinds);
  const unlabelled: Unlabelled[] = [];
  const stripped = resources.map((resource): Resource => {
    const carrier = carriers.get(resource);
    const keys = carrier?.keys.filter((key) => !used.has(key)) ?? [];
    if (carrier === undefined || keys.length === 0) return resource;
    const manifest = removeLabels(resource.manifest, carrier.template, new Set(keys));
    const after = { ...resource, manifest };
    unlabelled.push({ before: resource, after, keys });
    return after;
  });
  return { resources: stripped, unlabelled };
}

/** Pods and ReplicaSets of a live cluster follow the template of their owner, which is what is written. */
function isOwned({ manifest }: Resource): boolean {
  return jsonAt(manifest, ['metadata', 'ownerReferences', 0]) !== undefined;
}

/** Whether a label of pods or namespaces is one that intents make, under any profile (otterize-operator 3.2). */
export function isOwnLabel(key: string): boolean {
  return OWN_LABELS.includes(key) || key.startsWith(ACCESS_PREFIX) || key.startsWith(SERVICE_ACCESS_PREFIX);
}

/** Where an object carries labels of intents: at its pod template, or, a Namespace, itself. */
function labelledAt({ group, kind }: Resource, kinds: PodTemplateKinds): FieldPath | undefined {
  return group === '' && kind === 'Namespace' ? [] : kinds.pathOf(group, kind);
}

/** Every label of ours that the input speaks of anywhere but on the things that carry it. */
function usedLabels(resources: readonly Resource[], kinds: PodTemplateKinds): ReadonlySet<string> {
  const used = new Set<string>();
  for (const resource of resources) {
    if (isFormerOutput(resource) || resource.group === 'k8s.otterize.com') continue;
    const template = kinds.pathOf(resource.group, resource.kind);
    const { metadata: _own, status: _status, ...content } = resource.manifest;
    gather(content, template ?? [], used);
  }
  return used;
}

const KEY = /intents\.otterize\.com\/[A-Za-z0-9_.-]+/g;

/** @param template path of a pod template, whose metadata does not count */
function gather(value: Json | undefined, template: FieldPath, used: Set<string>): void {
  if (typeof value === 'string') {
    // A Calico selector is a text.
    if (value.includes(PREFIX)) for (const [key] of value.matchAll(KEY)) used.add(key);
  } else if (Array.isArray(value)) {
    for (const item of value) gather(item, [], used);
  } else if (isJsonObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      if (key.startsWith(PREFIX)) used.add(key);
      const [step, ...rest] = template;
      if (key !== step) gather(item, [], used);
      else if (rest.length > 0) gather(item, rest, used);
      else if (isJsonObject(item)) {
        const { metadata: _labels, ...pods } = item;
        gather(pods, [], used);
      }
    }
  }
}
