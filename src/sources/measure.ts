import { isJsonObject, printFieldPath, type FieldPath } from '../model/json';

/** Deeper than any real manifest (schemas of custom resources reach about 60), shallow enough for every recursion. */
export const MAX_DEPTH = 400;

/** What a parsed value holds, or why it must not be used. */
export type Measure = { readonly keys: number; readonly problem?: undefined } | { readonly problem: string };

interface Count {
  keys: number;
  nodes: number;
  readonly limit: number;
}

class Excess extends Error {}

/**
 * Walks a parsed value as any reader of it would, with aliases written out, and stops where that would never end: an
 * alias inside its own anchor, aliases of aliases that multiply, endless nesting. Also finds what JSON cannot carry.
 *
 * @param limit how many values there may be at most
 */
export function measure(value: unknown, limit: number): Measure {
  const count: Count = { keys: 0, nodes: 0, limit };
  try {
    walk(value, [], count);
    return { keys: count.keys };
  } catch (error) {
    if (error instanceof Excess) return { problem: error.message };
    throw error;
  }
}

function walk(value: unknown, path: (string | number)[], count: Count): void {
  if (++count.nodes > count.limit) {
    throw new Excess(`it becomes more than ${count.limit} values when its aliases are written out`);
  }
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new Excess(`${at(path)} is ${value}, which JSON and so Kubernetes do not have`);
  }
  if (typeof value !== 'object' || value === null) return;
  if (path.length >= MAX_DEPTH) throw new Excess(`it is nested more than ${MAX_DEPTH} levels deep`);
  if (Array.isArray(value)) {
    const list: readonly unknown[] = value;
    for (let index = 0; index < list.length; index++) step(index, list[index], path, count);
  } else if (isJsonObject(value)) {
    for (const key of Object.keys(value)) {
      count.keys++;
      // js-yaml prints a key that is an object this way; kubectl refuses such keys.
      if (key === '[object Object]') throw new Excess(`a key in ${at(path)} is itself an object`);
      step(key, value[key], path, count);
    }
  }
}

function step(key: string | number, item: unknown, path: (string | number)[], count: Count): void {
  path.push(key);
  walk(item, path, count);
  path.pop();
}

function at(path: FieldPath): string {
  return path.length === 0 ? 'the document' : printFieldPath(path);
}
