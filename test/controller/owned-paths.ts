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

/** Lists are owned whole, but for finalizers. */
export function leaves(object: JsonObject): [string, Json][] {
  const found: [string, Json][] = [];
  const walk = (value: Json | undefined, path: string[]): void => {
    if (value === undefined) return;
    if (isJsonObject(value) && Object.keys(value).length > 0) {
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
