import type { GeneratedPolicy } from './compilation';
import { NOWHERE } from '../model/place';
import type { Resource } from '../model/resource';

/** A generated policy as the object it is going to be; its place is that of the first intent that caused it. */
export function policyResource({ namespace, name, manifest, causes }: GeneratedPolicy): Resource {
  const { apiVersion, kind } = manifest;
  const written = typeof apiVersion === 'string' ? apiVersion : '';
  const slash = written.indexOf('/');
  return {
    apiVersion: written,
    group: slash < 0 ? '' : written.slice(0, slash),
    version: written.slice(slash + 1),
    kind: typeof kind === 'string' ? kind : '',
    name,
    namespace,
    manifest,
    place: causes[0]?.place ?? NOWHERE,
  };
}
