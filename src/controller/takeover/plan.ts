import { DENY_LABEL } from '../../compiler/profiles/profile-otterize';
import { isOwnLabel } from '../../compiler/labels/former-labels';
import { addLabels, labelsAt, removeLabels } from '../../compiler/labels/label-object';
import { policyResource } from '../../compiler/policy-resource';
import { isFormerOutput } from '../../compiler/present-policies';
import { jsonAt } from '../../model/json';
import { resourceId, type Labels, type Resource } from '../../model/resource';
import { DEFAULT_POD_TEMPLATE_KINDS } from '../../model/workloads/pod-template';
import type { Finding } from '../../model/finding';
import { compileResources, type CompileSettings } from '../../proof/compile-resources';
import { ownersOf } from './owners-of';
import { plannedIntents, type PlannedIntents } from './planned-intents';
import { plannedStatuses } from './planned-statuses';
import { labelChange } from '../writes/label-change';
import { policyChange } from '../writes/policy-change';

/** A policy that the controller would write or delete. */
export interface PlannedPolicy {
  readonly action: 'create' | 'change' | 'delete';
  /** `NetworkPolicy/shop/server-access`. */
  readonly object: string;
  /** Of a change: the fields that are not as they are wanted. */
  readonly fields: readonly string[];
}

/** Objects whose labels the controller would change, all in the same way. */
export interface PlannedLabels {
  /** The Namespace, or the workload whose pods they are: `Deployment/shop/cart`. */
  readonly owner: string;
  /** How many pods, or one Namespace. */
  readonly objects: number;
  /** With the values that they are to get. */
  readonly set: Labels;
  readonly removed: readonly string[];
}

/** What a controller would do in a cluster as it is. */
export interface ControllerPlan {
  /** Sorted by object. */
  readonly policies: readonly PlannedPolicy[];
  /** Policies that are there and as they are wanted. */
  readonly unchanged: number;
  /** Sorted by owner. */
  readonly labels: readonly PlannedLabels[];
  /** Sorted by object. They change no connection. */
  readonly intents: readonly PlannedIntents[];
  /** Objects of the cluster after that, for the evaluator. */
  readonly after: readonly Resource[];
  /** What the compiler and the proof say. */
  readonly findings: readonly Finding[];
}

/**
 * What the controller would write into a cluster with these objects, pods and their owners among them. Pure.
 *
 * @param finalizers whether it puts finalizers on intents
 * @param generations of intents by id (`ClientIntents/shop/web`), which what was read does not have: a status tells which one it
 *   is about. Where one is not given it is the one that the status is about.
 * @param foreign policies that somebody else has written, by id (`NetworkPolicy/shop/access-to-cart`): they stay as they are
 */
export function planController(
  live: readonly Resource[],
  settings: CompileSettings,
  finalizers = true,
  generations: ReadonlyMap<string, number> = new Map(),
  foreign: ReadonlySet<string> = new Set(),
): ControllerPlan {
  const kinds = DEFAULT_POD_TEMPLATE_KINDS;
  const owners = ownersOf(live);
  const unlabelled = new Map(live.map((resource) => [resource, withoutOwnLabels(resource, owners)]));
  const compiled = compileResources([...unlabelled.values()], {
    ...settings,
    policiesOnly: false,
    source: settings.source ?? 'cluster',
  });
  const changed = new Map(compiled.changed.map((resource) => [keyOf(resource), resource]));
  const wantedOf = (resource: Resource): Labels =>
    ownLabels(changed.get(keyOf(resource)) ?? unlabelled.get(resource) ?? resource);
  const changes = new Map<string, PlannedLabels>();
  const labelled = live.map((resource): Resource => {
    const carrier = carrierOf(resource, owners);
    if (carrier === undefined) return resource;
    const present = textLabels(labelsAt(resource.manifest, []));
    const change = labelChange(present, wantedOf(carrier), keptLabels(carrier));
    if (change === undefined) return resource;
    addChange(changes, resourceId(carrier), change.missing, change.stale);
    const manifest = addLabels(
      removeLabels(resource.manifest, [], new Set(change.stale)),
      [],
      change.missing,
    );
    return { ...resource, manifest };
  });
  const wanted = new Map(
    compiled.policies.map((policy) => [keyOf(policyResource(policy)), policyResource(policy)]),
  );
  const isForeign = (resource: Resource): boolean => foreign.has(resourceId(resource));
  const planned = plannedPolicies(live, wanted);
  const policies = planned.filter(({ action, object }) => action === 'create' || !foreign.has(object));
  const after = [
    ...labelled
      .filter((resource) => isForeign(resource) || !(isOutput(resource) || wanted.has(keyOf(resource))))
      // Pods that are not there yet get their labels as soon as they are.
      .map((resource) => withTemplateLabels(resource, kinds.pathOf(resource.group, resource.kind), wantedOf)),
    ...[...wanted.values()].filter(
      (resource) => !isForeign(resource) || !live.some((one) => keyOf(one) === keyOf(resource)),
    ),
  ];
  return {
    policies: policies.sort((a, b) => (a.object < b.object ? -1 : 1)),
    unchanged: wanted.size - planned.filter(({ action }) => action !== 'delete').length,
    labels: [...changes.values()].sort((a, b) => (a.owner < b.owner ? -1 : 1)),
    intents: plannedIntents(
      live,
      finalizers,
      plannedStatuses(after, { ...settings, source: settings.source ?? 'cluster' }, generations, foreign),
    ),
    after,
    findings: compiled.findings,
  };
}

function plannedPolicies(live: readonly Resource[], wanted: ReadonlyMap<string, Resource>): PlannedPolicy[] {
  const present = new Map(live.map((resource) => [keyOf(resource), resource]));
  const written = [...wanted].flatMap(([key, resource]): PlannedPolicy[] => {
    const there = present.get(key);
    const object = resourceId(resource);
    if (there === undefined) return [{ action: 'create', object, fields: [] }];
    const fields = policyChange(resource.manifest, there.manifest);
    return fields.length === 0 ? [] : [{ action: 'change', object, fields }];
  });
  const deleted = live
    .filter((resource) => isOutput(resource) && !wanted.has(keyOf(resource)))
    .map((resource): PlannedPolicy => ({ action: 'delete', object: resourceId(resource), fields: [] }));
  return [...written, ...deleted];
}

/** Made by intents, by Otterize's operator for a ProtectedService too. */
function isOutput(resource: Resource): boolean {
  return (
    isFormerOutput(resource) ||
    (resource.kind === 'NetworkPolicy' &&
      jsonAt(resource.manifest, ['metadata', 'labels', DENY_LABEL]) !== undefined)
  );
}

/** Labels of intents are output, and are made anew; those that a template has by itself are not. */
function withoutOwnLabels(resource: Resource, owners: ReadonlyMap<Resource, Resource>): Resource {
  const owner = carrierOf(resource, owners);
  if (owner === undefined || resource.kind === 'Namespace' || owner === resource) return resource;
  const kept = keptLabels(owner);
  const keys = Object.keys(labelsAt(resource.manifest, [])).filter(
    (key) => isOwnLabel(key) && !Object.hasOwn(kept, key),
  );
  return { ...resource, manifest: removeLabels(resource.manifest, [], new Set(keys)) };
}

/** The object that says which labels this one is to have; undefined for objects whose labels are not ours to change. */
function carrierOf(resource: Resource, owners: ReadonlyMap<Resource, Resource>): Resource | undefined {
  if (resource.group !== '') return undefined;
  if (resource.kind === 'Namespace') return resource;
  return resource.kind === 'Pod' ? (owners.get(resource) ?? resource) : undefined;
}

function ownLabels(resource: Resource): Labels {
  const path = DEFAULT_POD_TEMPLATE_KINDS.pathOf(resource.group, resource.kind) ?? [];
  const labels = textLabels(labelsAt(resource.manifest, path));
  return Object.fromEntries(Object.entries(labels).filter(([key]) => isOwnLabel(key)));
}

/** A Pod by itself and a Namespace have nothing but what they have. */
function keptLabels(carrier: Resource): Labels {
  const path = DEFAULT_POD_TEMPLATE_KINDS.pathOf(carrier.group, carrier.kind);
  return path === undefined || path.length === 0 ? {} : ownLabels(carrier);
}

function withTemplateLabels(
  resource: Resource,
  path: ReturnType<typeof DEFAULT_POD_TEMPLATE_KINDS.pathOf>,
  wantedOf: (resource: Resource) => Labels,
): Resource {
  if (path === undefined || path.length === 0) return resource;
  return { ...resource, manifest: addLabels(resource.manifest, path, wantedOf(resource)) };
}

function addChange(
  changes: Map<string, PlannedLabels>,
  owner: string,
  set: Labels,
  removed: readonly string[],
): void {
  const key = JSON.stringify([owner, set, removed]);
  const known = changes.get(key);
  changes.set(key, { owner, objects: (known?.objects ?? 0) + 1, set, removed });
}

function textLabels(labels: ReturnType<typeof labelsAt>): Labels {
  return Object.fromEntries(
    Object.entries(labels).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function keyOf({ group, kind, namespace = '', name }: Resource): string {
  return [group, kind, namespace, name].join('\u0000');
}
