import { isJsonObject, jsonAt } from './json';
import type { Resource } from './resource';

/** An object by what names it; the version does not. */
export function keyOf({ group, kind, namespace = '', name }: Resource): string {
  return [group, kind, namespace, name].join('\u0000');
}

/**
 * The ReplicaSets, Jobs and Pods that controllers made for some objects, over as many steps as there are
 * (`metadata.ownerReferences` with `controller: true`). They are gone once the template of their owner is another one.
 *
 * @param owners by {@link keyOf}
 */
export function ownedBy(resources: readonly Resource[], owners: ReadonlySet<string>): ReadonlySet<Resource> {
  const owned = new Set<Resource>();
  let parents = owners;
  while (parents.size > 0) {
    const children = resources.filter((resource) => !owned.has(resource) && parents.has(ownerKey(resource)));
    for (const child of children) owned.add(child);
    parents = new Set(children.map(keyOf));
  }
  return owned;
}

function ownerKey({ manifest, namespace = '' }: Resource): string {
  const references = jsonAt(manifest, ['metadata', 'ownerReferences']);
  const owner = (Array.isArray(references) ? references : [])
    .filter(isJsonObject)
    .find(({ controller }) => controller === true);
  if (owner === undefined) return '';
  const { apiVersion, kind, name } = owner;
  const version = typeof apiVersion === 'string' ? apiVersion : '';
  const group = version.includes('/') ? version.slice(0, version.indexOf('/')) : '';
  return typeof kind === 'string' && typeof name === 'string'
    ? [group, kind, namespace, name].join('\u0000')
    : '';
}
