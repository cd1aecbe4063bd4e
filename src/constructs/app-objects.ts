import type { ApiObject } from 'cdk8s';
import { includedFrom, includeFindingsOf } from './manifest-include';
import type { Rendering } from './rendering';
import type { Finding } from '../model/finding';
import { isJsonObject, type Json, type JsonObject } from '../model/json';
import { constructPlace, type Place } from '../model/place';
import type { Resource } from '../model/resource';
import { isClusterScoped } from '../model/scope';

/** An API object of the tree and the resources it renders to: one, or the items of a `List`. */
export interface AppObject {
  readonly object: ApiObject;
  readonly resources: readonly Resource[];
}

/** Renders `object` for a look, and reads what comes out; for an included one also what was found in its file. */
export function readAppObject(rendering: Rendering, object: ApiObject, findings: Finding[]): AppObject {
  const place = objectPlace(object);
  findings.push(...includeFindingsOf(object));
  return { object, resources: flatten(rendering.look(object), place, findings) };
}

/** Where an object comes from: its construct, and the file when an include read it from one. */
function objectPlace(object: ApiObject): Place {
  const included = includedFrom(object);
  return included === undefined
    ? constructPlace(object.node.path)
    : withConstruct(included, object.node.path);
}

function withConstruct(place: Place, construct: string): Place {
  return {
    construct,
    file: place.file,
    get line() {
      return place.line;
    },
    at: (path) => withConstruct(place.at(path), construct),
  };
}

/** A `List` (of cdk8s `Include`, say) counts as its items. */
function flatten(manifest: JsonObject, place: Place, findings: Finding[]): Resource[] {
  const { kind, apiVersion, items } = manifest;
  if (typeof kind !== 'string' || typeof apiVersion !== 'string') {
    findings.push({
      id: 'not-kubernetes',
      severity: 'error',
      message: 'The object has no kind or apiVersion as text',
      place,
      mend: 'Set kind and apiVersion.',
    });
    return [];
  }
  if (kind.endsWith('List') && Array.isArray(items)) {
    return items.filter(isJsonObject).flatMap((item) => flatten(item, place, findings));
  }
  const metadata = isJsonObject(manifest.metadata) ? manifest.metadata : {};
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash);
  const namespace = typeof metadata.namespace === 'string' ? metadata.namespace : 'default';
  return [
    {
      apiVersion,
      group,
      version: apiVersion.slice(slash + 1),
      kind,
      name: textOf(metadata.name) ?? textOf(metadata.generateName) ?? '',
      ...(isClusterScoped(group, kind) ? {} : { namespace }),
      manifest,
      place,
    },
  ];
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
