import { isJsonObject, jsonAt } from '../../model/json';
import type { Resource } from '../../model/resource';

/**
 * The controller at the end of the chain of owners for each object that has one among the objects: the Deployment of a
 * Pod. Chains that go round in a circle lead nowhere.
 */
export function ownersOf(resources: readonly Resource[]): ReadonlyMap<Resource, Resource> {
  const byKey = new Map(resources.map((resource) => [keyOf(resource.group, resource), resource]));
  const roots = new Map<Resource, Resource>();
  for (const resource of resources) {
    const seen = new Set([resource]);
    let root = resource;
    for (
      let owner = ownerIn(byKey, root);
      owner !== undefined && !seen.has(owner);
      owner = ownerIn(byKey, root)
    ) {
      seen.add(owner);
      root = owner;
    }
    if (root !== resource) roots.set(resource, root);
  }
  return roots;
}

function ownerIn(byKey: ReadonlyMap<string, Resource>, resource: Resource): Resource | undefined {
  const references = jsonAt(resource.manifest, ['metadata', 'ownerReferences']);
  if (!Array.isArray(references)) return undefined;
  const owner = references.filter(isJsonObject).find(({ controller }) => controller === true);
  if (owner === undefined) return undefined;
  const { apiVersion, kind, name } = owner;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || typeof name !== 'string')
    return undefined;
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return byKey.get(keyOf(group, { kind, name, namespace: resource.namespace }));
}

function keyOf(
  group: string,
  { kind, namespace = '', name }: Pick<Resource, 'kind' | 'namespace' | 'name'>,
): string {
  return [group, kind, namespace, name].join('\u0000');
}
