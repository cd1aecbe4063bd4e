import { controllerOf } from './trim-object';
import type { ObservedObject } from './observed-object';
import type { Json } from '../../model/json';
import { workloadId } from '../../model/workloads/read-workload';

/** Key of an object in its namespace. */
export function objectIn(group: string, kind: string, name: string): string {
  return `${group}/${kind}/${name}`;
}

/** Owners go a few steps up; a circle must end somewhere. */
const MOST_STEPS = 8;

/** Where owners are looked up: the objects of one namespace that own pods, and the kinds that are watched. */
export interface Owners {
  readonly objects: ReadonlyMap<string, ObservedObject>;
  isWatched(group: string, kind: string): boolean;
}

/** What a pod belongs to in the end. */
export interface Root {
  /** Id of the workload in the model. */
  readonly id: string;
  /** The owner of a kind that nobody watches, which the model knows from its pods only. */
  readonly unwatched?:
    { readonly apiVersion: string; readonly kind: string; readonly name: string } | undefined;
}

/**
 * The workload that a pod, or a step on the way such as a ReplicaSet, belongs to: the topmost owner that is watched, or
 * for pods of a kind that is not watched that owner by name. `undefined` while an owner that must be there is not known
 * yet, or not any more: its pods come back, or are about to go.
 */
export function rootOf(object: ObservedObject, owners: Owners): Root | undefined {
  let current = object;
  for (let step = 0; step < MOST_STEPS; step++) {
    const reference = controllerOf(current.resource.manifest);
    if (reference === undefined) break;
    const apiVersion = text(reference['apiVersion']);
    const [kind, name] = [text(reference['kind']), text(reference['name'])];
    const slash = apiVersion.indexOf('/');
    const group = slash < 0 ? '' : apiVersion.slice(0, slash);
    if (!owners.isWatched(group, kind)) {
      if (current.resource.kind !== 'Pod') break;
      return { id: workloadId(namespaceOf(current), name, kind), unwatched: { apiVersion, kind, name } };
    }
    const owner = owners.objects.get(objectIn(group, kind, name));
    if (owner === undefined || (reference['uid'] !== undefined && reference['uid'] !== owner.uid))
      return undefined;
    current = owner;
  }
  return { id: workloadId(namespaceOf(current), current.resource.name, current.resource.kind) };
}

function namespaceOf({ resource: { namespace = 'default' } }: ObservedObject): string {
  return namespace;
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
