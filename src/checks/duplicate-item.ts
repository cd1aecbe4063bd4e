import type { Finding } from '../model/finding';
import { isJsonObject, printFieldPath, type FieldPath, type Json } from '../model/json';
import { resourceId, type Resource } from '../model/resource';
import type { Check } from './check';
import { itemsOf, type Written } from './policy-lists';

/** Lists whose items count together, in whatever order: a second item of the same content adds nothing. */
const SETS: readonly string[] = ['from', 'to', 'ports', 'except', 'nets', 'notNets', 'notPorts', 'values'];

/** An item of a list that is there already: what somebody copied and did not change. */
export const duplicateItem: Check = {
  id: 'duplicate-item',
  severity: 'info',
  summary: 'An item stands twice in a list of a policy, and the second one adds nothing.',
  fixable: true,
  synth: false,
  run: ({ resources }) =>
    resources
      .filter(isPolicy)
      .flatMap((resource) =>
        duplicates({ value: resource.manifest.spec ?? null, path: ['spec'] }).map(({ item, first }) =>
          finding(resource, item, first),
        ),
      ),
};

function isPolicy({ group, kind }: Resource): boolean {
  return (
    (group === 'networking.k8s.io' && kind === 'NetworkPolicy') ||
    (group === 'projectcalico.org' && (kind === 'NetworkPolicy' || kind === 'GlobalNetworkPolicy'))
  );
}

interface Duplicate {
  readonly item: FieldPath;
  readonly first: FieldPath;
}

function duplicates({ value, path }: Written): Duplicate[] {
  if (Array.isArray(value)) return itemsOf(value, path).flatMap(duplicates);
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner = null]) => {
    const below = { value: inner, path: [...path, key] };
    // Inside of an item that goes nothing more is to be said.
    const own = SETS.includes(key) ? twice(itemsOf(inner, below.path)) : [];
    const gone = new Set(own.map(({ item }) => printFieldPath(item)));
    return [
      ...own,
      ...duplicates(below).filter(({ item }) => !gone.has(printFieldPath(item.slice(0, path.length + 2)))),
    ];
  });
}

function twice(items: readonly Written[]): Duplicate[] {
  const seen = new Map<string, FieldPath>();
  return items.flatMap(({ value, path }) => {
    const key = canonical(value);
    const first = seen.get(key);
    if (first !== undefined) return [{ item: path, first }];
    seen.set(key, path);
    return [];
  });
}

/** Equal for values that are equal as JSON. */
function canonical(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value ?? null);
  const keys = Object.keys(value).filter((key) => value[key] !== undefined);
  return `{${keys
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`)
    .join(',')}}`;
}

function finding(resource: Resource, item: FieldPath, first: FieldPath): Finding {
  const place = resource.place.at(item);
  return {
    id: duplicateItem.id,
    severity: duplicateItem.severity,
    object: resourceId(resource),
    place,
    message: `${printFieldPath(item)} is the same as ${printFieldPath(first)}, so it adds nothing. Where another was meant, that one is missing.`,
    mend: 'Remove it, or write what was meant.',
    fix: [{ type: 'remove', at: place }],
  };
}
