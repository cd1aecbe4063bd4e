import { isJsonObject, type Json, type JsonObject } from '../../src/model/json';

const SERVER_FIELDS = new Set([
  'uid',
  'resourceVersion',
  'generation',
  'managedFields',
  'deletionTimestamp',
  'name',
  'namespace',
]);

/** Who owns fields: managers that apply and that update are different ones even under one name. */
export function ownerOf(manager: string, operation: 'Apply' | 'Update', subresource = ''): string {
  return `${manager}/${operation}/${subresource}`;
}

/** Whether what stands at a path is owned as a whole: selectors of NetworkPolicies are (`x-kubernetes-map-type: atomic`). */
export function isWhole(path: string): boolean {
  return path === '["spec","podSelector"]';
}

/** Lists are owned whole, but for finalizers. */
export function leaves(object: JsonObject): [string, Json][] {
  const found: [string, Json][] = [];
  const walk = (value: Json | undefined, path: string[]): void => {
    if (value === undefined) return;
    if (isJsonObject(value) && Object.keys(value).length > 0 && !isWhole(JSON.stringify(path))) {
      for (const [key, item] of Object.entries(value)) {
        if (path.length === 1 && path[0] === 'metadata' && SERVER_FIELDS.has(key)) continue;
        walk(item, [...path, key]);
      }
    } else if (Array.isArray(value) && path.at(-1) === 'finalizers') {
      for (const item of value)
        found.push([JSON.stringify([...path, typeof item === 'string' ? item : '']), true]);
    } else found.push([JSON.stringify(path), value]);
  };
  walk(object, []);
  return found.filter(([path]) => path !== '["apiVersion"]' && path !== '["kind"]');
}

/** The names of a path, as {@link leaves} writes it. */
export function steps(path: string): string[] {
  const parsed: unknown = JSON.parse(path);
  return Array.isArray(parsed) ? parsed.map(String) : [];
}

/** What stands at a path; of an item of finalizers whether it is there. */
export function valueAt(object: JsonObject, path: string): Json | undefined {
  let current: Json | undefined = object;
  for (const step of steps(path)) {
    if (Array.isArray(current)) return current.includes(step) ? true : undefined;
    current = isJsonObject(current) ? current[step] : undefined;
  }
  return current;
}

/** Puts a value at a path, and makes what leads there. */
export function setAt(object: JsonObject, path: string, value: Json): void {
  const all = steps(path);
  let current = object;
  for (const [at, step] of all.entries()) {
    const next = current[step];
    if (at === all.length - 2 && step === 'finalizers') {
      const list = Array.isArray(next) ? next : [];
      const item = all.at(-1) ?? '';
      current[step] = list.includes(item) ? list : [...list, item];
      return;
    }
    if (at === all.length - 1) current[step] = structuredClone(value);
    else if (isJsonObject(next)) current = next;
    else {
      const made: JsonObject = {};
      current[step] = made;
      current = made;
    }
  }
}

/** Takes away what stands at a path. */
export function removeAt(object: JsonObject, path: string): void {
  const all = steps(path);
  let current = object;
  for (const [at, step] of all.entries()) {
    const next = current[step];
    if (at === all.length - 2 && step === 'finalizers' && Array.isArray(next)) {
      current[step] = next.filter((item) => item !== all.at(-1));
      return;
    }
    if (at === all.length - 1) Reflect.deleteProperty(current, step);
    else if (isJsonObject(next)) current = next;
    else return;
  }
}

/** The object with `managedFields`: of the fields of each owner its labels, which is all that is read of them. */
export function withOwners(object: JsonObject, owners: ReadonlyMap<string, ReadonlySet<string>>): JsonObject {
  const entries = [...owners].flatMap(([owner, paths]): JsonObject[] => {
    // Who owns nothing any more is not listed.
    if (paths.size === 0) return [];
    const [manager = '', operation = '', subresource = ''] = owner.split('/');
    const labels = [...paths]
      .map(steps)
      .filter(([a, b]) => a === 'metadata' && b === 'labels')
      .map((path) => [`f:${path[2] ?? ''}`, {}]);
    const entry: JsonObject = {
      manager,
      operation,
      time: '2026-01-01T00:00:00Z',
      ...(subresource === '' ? {} : { subresource }),
      fieldsV1: { 'f:metadata': { 'f:labels': Object.fromEntries(labels) as JsonObject } },
    };
    return [entry];
  });
  const { metadata } = object;
  return { ...object, metadata: { ...(isJsonObject(metadata) ? metadata : {}), managedFields: entries } };
}
