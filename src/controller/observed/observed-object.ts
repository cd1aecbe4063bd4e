import { readWriters, type OwnManagers, type Writers } from './managed-fields';
import { trimObject } from './trim-object';
import type { ApiResource } from '../api/api-resource';
import { isJsonObject, type Json, type JsonObject } from '../../model/json';
import { isFormerOutput } from '../../compiler/present-policies';
import { NOWHERE } from '../../model/place';
import type { Labels, Resource } from '../../model/resource';

/** An object of the cluster, as far as the controller needs to know it. */
export interface ObservedObject {
  /** Trimmed to what a model needs. */
  readonly resource: Resource;
  readonly uid: string;
  readonly resourceVersion: string;
  /** 0 for kinds that have none. */
  readonly generation: number;
  /** Being deleted: it waits for its finalizers, or for its namespace. */
  readonly deleting: boolean;
  readonly finalizers: readonly string[];
  readonly writers: Writers;
}

/** @throws TypeError for an object without a name, which no API server gives */
export function observe(kind: ApiResource, object: JsonObject, managers: OwnManagers): ObservedObject {
  const metadata = isJsonObject(object['metadata']) ? object['metadata'] : {};
  const name = text(metadata['name']);
  if (name === '') throw new TypeError(`A ${kind.kind} has no name`);
  const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
  const namespace = text(metadata['namespace']);
  const resource: Resource = {
    apiVersion,
    group: kind.group,
    version: kind.version,
    kind: kind.kind,
    name,
    ...(namespace === '' ? {} : { namespace }),
    // Items of a list come without apiVersion and kind.
    manifest: trimObject({ ...object, apiVersion, kind: kind.kind }),
    place: NOWHERE,
  };
  // What somebody made without a mark of intents is his, whatever it is called.
  const known = isFormerOutput(resource) ? managers : { ...managers, adopted: [] };
  return {
    resource,
    uid: text(metadata['uid']),
    resourceVersion: text(metadata['resourceVersion']),
    generation: typeof metadata['generation'] === 'number' ? metadata['generation'] : 0,
    deleting: text(metadata['deletionTimestamp']) !== '',
    finalizers: texts(metadata['finalizers']),
    writers: readWriters(object, known, isIntents(kind)),
  };
}

/** Labels that the object itself carries. */
export function labelsOf({ resource: { manifest } }: ObservedObject): Labels {
  const metadata = manifest['metadata'];
  const labels = isJsonObject(metadata) ? metadata['labels'] : undefined;
  return isLabels(labels) ? labels : NONE;
}

const NONE: Labels = {};

/** The API server takes nothing but texts. */
function isLabels(labels: Json | undefined): labels is Record<string, string> {
  return isJsonObject(labels) && Object.values(labels).every((value) => typeof value === 'string');
}

/** Whose status the controller writes itself. */
function isIntents({ group }: ApiResource): boolean {
  return group === 'k8s.otterize.com';
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

function texts(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
