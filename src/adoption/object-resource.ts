import { isJsonObject, type JsonObject } from '../model/json';
import { NOWHERE } from '../model/place';
import type { Resource } from '../model/resource';

/** An object that was written here, as the readers take it. */
export function objectResource(manifest: JsonObject): Resource {
  const { apiVersion, kind, metadata } = manifest;
  const text = typeof apiVersion === 'string' ? apiVersion : '';
  const slash = text.indexOf('/');
  const { name, namespace } = isJsonObject(metadata) ? metadata : {};
  return {
    apiVersion: text,
    group: slash < 0 ? '' : text.slice(0, slash),
    version: text.slice(slash + 1),
    kind: typeof kind === 'string' ? kind : '',
    name: typeof name === 'string' ? name : '',
    namespace: typeof namespace === 'string' ? namespace : 'default',
    manifest,
    place: NOWHERE,
  };
}
