import { isJsonObject, sameJson, type Json, type JsonObject } from '../../model/json';

/**
 * The fields of a policy in the cluster that are not as they are wanted, as paths; empty when it is as it should be.
 * Labels and annotations that others have added do not count, and nor does what the API server fills in.
 */
export function policyChange(wanted: JsonObject, present: JsonObject): readonly string[] {
  const [mine, theirs] = [rulesOf(wanted), rulesOf(present)];
  return [
    ...metadataChange(wanted, present),
    ...fieldChange('spec.', objectOf(mine['spec']), objectOf(theirs['spec'])),
    ...fieldChange('', without(mine, 'spec'), without(theirs, 'spec')),
  ];
}

/**
 * The merge patch that makes a policy as it is wanted by taking fields away, and does nothing else. An apply leaves fields
 * that others have put in beside its own (Kubernetes, "Server-Side Apply"), and a default deny has no field for its rules
 * that an apply could set. Undefined when nothing is too much, and when anything else differs, which is applied first.
 *
 * @param maps whether what is below a field of `spec` is owned as a whole, as selectors of NetworkPolicies are, so that an
 * apply puts it right; maps of CRDs are owned key by key
 */
export function policyExcess(
  wanted: JsonObject,
  present: JsonObject,
  maps: 'whole' | 'by key',
): JsonObject | undefined {
  if (metadataChange(wanted, present).length > 0) return undefined;
  const deepest = maps === 'whole' ? OF_SPEC : Number.POSITIVE_INFINITY;
  const patch = excess(rulesOf(wanted), rulesOf(present), { depth: 1, deepest });
  return patch === undefined || Object.keys(patch).length === 0 ? undefined : patch;
}

/** How deep the fields of `spec` are. */
const OF_SPEC = 2;

/** What is in `present` only, as a merge patch; undefined where something else differs. */
function excess(
  wanted: JsonObject,
  present: JsonObject,
  { depth, deepest }: { readonly depth: number; readonly deepest: number },
): JsonObject | undefined {
  const patch: [string, Json][] = [];
  for (const key of keysOf(wanted, present)) {
    const [mine, theirs] = [wanted[key], present[key]];
    if (depth <= OF_SPEC ? sameField(mine, theirs) : sameJson(mine, theirs)) continue;
    if (mine === undefined) {
      patch.push([key, null]);
      continue;
    }
    const areMaps = depth < deepest && isJsonObject(mine) && isJsonObject(theirs);
    const inner = areMaps ? excess(mine, theirs, { depth: depth + 1, deepest }) : undefined;
    if (inner === undefined) return undefined;
    if (Object.keys(inner).length > 0) patch.push([key, inner]);
  }
  return Object.fromEntries(patch);
}

/** All of a policy but what names it and what its status is: CiliumNetworkPolicies have rules outside of `spec`, too. */
function rulesOf(manifest: JsonObject): JsonObject {
  const { apiVersion: _apiVersion, kind: _kind, metadata: _metadata, status: _status, ...rules } = manifest;
  return rules;
}

function without(object: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}

function metadataChange(wanted: JsonObject, present: JsonObject): string[] {
  const [a, b] = [objectOf(wanted['metadata']), objectOf(present['metadata'])];
  return ['labels', 'annotations'].flatMap((field) => mapChange(`metadata.${field}`, a[field], b[field]));
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function mapChange(path: string, wanted: Json | undefined, present: Json | undefined): string[] {
  if (!isJsonObject(wanted)) return [];
  const there = objectOf(present);
  return Object.keys(wanted)
    .filter((key) => !Object.hasOwn(there, key) || there[key] !== wanted[key])
    .map((key) => `${path}[${key}]`);
}

function fieldChange(path: string, wanted: JsonObject, present: JsonObject): string[] {
  return keysOf(wanted, present).flatMap((key) =>
    sameField(wanted[key], present[key]) ? [] : [`${path}${key}`],
  );
}

function keysOf(a: JsonObject, b: JsonObject): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
}

/** An empty list and none are the same but for peers and ports, which stand deeper. */
function sameField(a: Json | undefined, b: Json | undefined): boolean {
  const isEmpty = (value: Json | undefined): boolean =>
    value === undefined || (Array.isArray(value) && value.length === 0);
  return (isEmpty(a) && isEmpty(b)) || sameJson(a, b);
}
