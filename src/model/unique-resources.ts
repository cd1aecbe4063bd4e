import type { Finding } from './finding';
import { jsonAt, sameJson } from './json';
import { printPlace, type Place } from './place';
import { resourceId, type Resource } from './resource';

/** The objects that are left, in input order, and what was found about those that were written more than once. */
export interface UniqueResources {
  readonly resources: readonly Resource[];
  readonly findings: readonly Finding[];
}

const NAME = ['metadata', 'name'] as const;

/**
 * Leaves one object of every group, kind, namespace and name: the last one, at the place of the first, because that
 * is what the cluster holds after `kubectl apply` has gone through the input. Two that say the same are harmless
 * and an info, but of two constructs of an app a warning: one of them is not what its author takes it for. Two that
 * differ are an error, because which one counts then hangs on the order of files.
 */
export function uniqueResources(resources: readonly Resource[]): UniqueResources {
  const byKey = new Map<string, Resource>();
  const findings: Finding[] = [];
  for (const [index, resource] of resources.entries()) {
    // A generated name is another one each time the object is created.
    const generated = jsonAt(resource.manifest, NAME) === undefined ? String(index) : '';
    const { group, kind, namespace = '', name } = resource;
    const key = `${generated}\u0000${group}\u0000${kind}\u0000${namespace}\u0000${name}`;
    const earlier = byKey.get(key);
    // A key that is there already keeps its position in the map.
    byKey.set(key, resource);
    if (earlier !== undefined) findings.push(duplicate(earlier, resource));
  }
  return { resources: findings.length === 0 ? resources : [...byKey.values()], findings };
}

function duplicate(earlier: Resource, later: Resource): Finding {
  const same = sameJson(earlier.manifest, later.manifest);
  const id = resourceId(later);
  const at = printPlace(earlier.place);
  const before = at === '' ? 'an earlier object of the input' : at;
  const made = earlier.place.construct !== undefined && later.place.construct !== undefined;
  if (same && made) return madeTwice(id, at, later.place);
  return {
    id: 'duplicate-object',
    severity: same ? 'info' : 'error',
    message: same
      ? `${id} is written twice with the same content; the other one is ${before}`
      : `${id} is written twice with different content; this one replaces ${before} when both are applied`,
    object: id,
    place: later.place,
    mend: same ? 'Remove one of the two.' : 'Remove or rename one of the two.',
  };
}

function madeTwice(id: string, earlier: string, place: Place): Finding {
  return {
    id: 'duplicate-object',
    severity: 'warning',
    message: `${id} is made twice with the same content, by ${earlier} and by ${printPlace(place)}; the output has it twice`,
    object: id,
    place,
    mend: 'Remove one of the two constructs, or name its object differently.',
  };
}
