import { isJsonObject, jsonAt, type Json, type JsonObject } from '../../model/json';

/** Field managers that people and deployment tools write under: what they wrote stays theirs. */
const OTHER_HANDS =
  /^(kubectl|helm|argocd|kustomize-controller|helm-controller|flux|terraform|Mozilla|OpenAPI|dashboard)/i;

/**
 * The managers under which an operator wrote an object that carries these marks: those that own one of the mark labels by
 * an update (Otterize's operator uses no server-side apply). The name depends on how the operator was built, so it is
 * read off and not assumed.
 */
export function operatorManagers(
  object: JsonObject,
  marks: readonly string[],
  own: string,
): readonly string[] {
  const names = entriesOf(object).flatMap((entry) => {
    const { manager, operation } = entry;
    if (typeof manager !== 'string' || manager === own || operation !== 'Update' || isSubresource(entry))
      return [];
    const labels = jsonAt(entry, ['fieldsV1', 'f:metadata', 'f:labels']);
    const isMarker = isJsonObject(labels) && marks.some((mark) => Object.hasOwn(labels, `f:${mark}`));
    return isMarker && !OTHER_HANDS.test(manager) ? [manager] : [];
  });
  return [...new Set(names)].sort();
}

/**
 * The `managedFields` of an object after everything that some managers own has become the controller's, as if it had
 * applied it; undefined when they own nothing.
 *
 * Taking fields over by force alone is not enough (Kubernetes, "Server-Side Apply", transferring ownership): a field that
 * both have with the same value stays with both, and then is not removed when the controller no longer gives it: a rule
 * or an access label would outlive its intent.
 */
export function transferredFields(
  object: JsonObject,
  from: readonly string[],
  own: string,
): Json[] | undefined {
  const entries = entriesOf(object);
  const theirs = entries.filter(
    (entry) =>
      typeof entry['manager'] === 'string' && from.includes(entry['manager']) && !isSubresource(entry),
  );
  if (theirs.length === 0) return undefined;
  const versions = [...new Set(theirs.map(({ apiVersion }) => apiVersion))];
  const isOurs = (entry: JsonObject): boolean =>
    entry['manager'] === own &&
    entry['operation'] === 'Apply' &&
    !isSubresource(entry) &&
    versions.includes(entry['apiVersion']);
  const ours = versions.map((apiVersion): JsonObject => {
    const parts = [...entries.filter(isOurs), ...theirs].filter(
      (entry) => entry['apiVersion'] === apiVersion,
    );
    const [{ time } = {}] = parts.slice(-1);
    return {
      manager: own,
      operation: 'Apply',
      ...(apiVersion === undefined ? {} : { apiVersion }),
      ...(time === undefined ? {} : { time }),
      fieldsType: 'FieldsV1',
      fieldsV1: parts.map(({ fieldsV1 }) => fieldsV1).reduce<JsonObject>(union, {}),
    };
  });
  return [...entries.filter((entry) => !theirs.includes(entry) && !isOurs(entry)), ...ours];
}

/** Sets of fields are trees: keys that one has and the other lacks are added, at every depth. */
function union(a: JsonObject, b: Json | undefined): JsonObject {
  if (!isJsonObject(b)) return a;
  const both = new Map<string, Json>();
  for (const [key, value] of [...Object.entries(a), ...Object.entries(b)]) {
    const known = both.get(key);
    both.set(key, isJsonObject(known) ? union(known, value) : (value ?? {}));
  }
  return Object.fromEntries(both);
}

function entriesOf(object: JsonObject): JsonObject[] {
  const entries = jsonAt(object, ['metadata', 'managedFields']);
  return Array.isArray(entries) ? entries.filter(isJsonObject) : [];
}

/** Status has managers of its own. */
function isSubresource({ subresource }: JsonObject): boolean {
  return typeof subresource === 'string' && subresource !== '';
}
