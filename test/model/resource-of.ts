import type { Json, JsonObject } from '../../src/model/json';
import { isJsonObject } from '../../src/model/json';
import type { Place } from '../../src/model/place';
import { isClusterScoped } from '../../src/model/scope';
import type { Resource } from '../../src/model/resource';

/** A place that remembers the path that was asked for, printed as its file. */
function pathPlace(path: readonly (string | number)[]): Place {
  return { file: path.join('.'), at: (further) => pathPlace([...path, ...further]) };
}

/** A resource as a source would read it, from a manifest written by hand. */
export function resourceOf(manifest: JsonObject): Resource {
  const metadata = isJsonObject(manifest.metadata) ? manifest.metadata : {};
  const apiVersion = text(manifest.apiVersion);
  const kind = text(manifest.kind);
  const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const namespace = typeof metadata.namespace === 'string' ? metadata.namespace : 'default';
  const name = text(metadata.name);
  return {
    apiVersion,
    group,
    version,
    kind,
    name,
    ...(isClusterScoped(group, kind) ? {} : { namespace }),
    manifest,
    place: pathPlace([kind, name]),
  };
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
