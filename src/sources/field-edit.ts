import type { Edit } from '../model/fix';
import { isJsonObject, type FieldPath, type Json } from '../model/json';

/** An edit of one document, by the way from the document to what it is about. */
export interface FieldEdit {
  readonly path: FieldPath;
  readonly edit: Edit;
}

/** The edits without those inside of something that another one removes, and each once. */
export function distinctEdits(edits: readonly FieldEdit[]): readonly FieldEdit[] {
  const removed = edits.filter(({ edit }) => edit.type === 'remove').map(({ path }) => path);
  const seen = new Set<string>();
  return edits.filter(({ path, edit }) => {
    const key = JSON.stringify([path, edit]);
    if (seen.has(key) || removed.some((outer) => isInside(path, outer))) return false;
    seen.add(key);
    return true;
  });
}

function isInside(path: FieldPath, outer: FieldPath): boolean {
  return path.length > outer.length && outer.every((step, index) => path[index] === step);
}

/** The value of the document as it should be afterwards; undefined where an edit does not fit it. */
export function editedValue(value: Json, edits: readonly FieldEdit[]): Json | undefined {
  const copy = structuredClone(value);
  const removes = edits.filter(({ edit }) => edit.type === 'remove');
  // Later items go first, so that the paths of the earlier ones stay true.
  removes.sort((a, b) => comparePaths(b.path, a.path));
  const others = edits.filter(({ edit }) => edit.type !== 'remove');
  return [...others, ...removes].every((one) => applyTo(copy, one)) ? copy : undefined;
}

function comparePaths(a: FieldPath, b: FieldPath): number {
  const at = a.findIndex((step, index) => step !== b[index]);
  const [left, right] = [a[at], b[at]];
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  return String(left) < String(right) ? -1 : 1;
}

function applyTo(root: Json, { path, edit }: FieldEdit): boolean {
  const last = path.at(-1);
  const holder = valueAt(root, path.slice(0, -1));
  const target = valueAt(root, path);
  if (target === undefined || last === undefined) return false;
  switch (edit.type) {
    case 'append':
      if (!Array.isArray(target)) return false;
      target.push(edit.value);
      return true;
    case 'insert':
      if (!isJsonObject(target) || Object.hasOwn(target, edit.key)) return false;
      target[edit.key] = edit.value;
      return true;
    case 'replace':
      return put(holder, last, edit.value);
    case 'remove':
      if (Array.isArray(holder) && typeof last === 'number') return holder.splice(last, 1).length === 1;
      return isJsonObject(holder) && Reflect.deleteProperty(holder, last);
  }
}

function put(holder: Json | undefined, step: string | number, value: Json): boolean {
  if (Array.isArray(holder) && typeof step === 'number') holder[step] = value;
  else if (isJsonObject(holder)) holder[step] = value;
  else return false;
  return true;
}

function valueAt(root: Json, path: FieldPath): Json | undefined {
  let current: Json | undefined = root;
  for (const step of path) {
    if (Array.isArray(current) && typeof step === 'number') current = current[step];
    else if (isJsonObject(current) && Object.hasOwn(current, step)) current = current[step];
    else return undefined;
  }
  return current;
}
