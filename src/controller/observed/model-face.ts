import { isOwnLabel } from '../../compiler/labels/former-labels';
import { isFormerOutput } from '../../compiler/present-policies';
import { isJsonObject, sameJson, type Json, type JsonObject } from '../../model/json';
import type { ObservedObject } from './observed-object';
import { facetOf } from './facet';

/**
 * Whether the two are the same to a model: nothing that is compiled depends on what differs between them. Labels and
 * policies that intents made, and statuses, are no part of a model.
 */
export function sameToModel(before: ObservedObject | undefined, after: ObservedObject | undefined): boolean {
  if (before === undefined || after === undefined) return isNothing(before) && isNothing(after);
  if (before.deleting !== after.deleting && facetOf(after.resource) === 'intents') return false;
  return sameJson(faceOf(before), faceOf(after));
}

function isNothing(object: ObservedObject | undefined): boolean {
  return object === undefined || isFormerOutput(object.resource);
}

function faceOf(object: ObservedObject): Json {
  const { resource } = object;
  if (isFormerOutput(resource)) return null;
  const { metadata, spec, status, ...rest } = resource.manifest;
  const facet = facetOf(resource);
  // The status tells which generation it is about, also of one that asks for the same as one before.
  if (facet === 'intents') return { spec, uid: object.uid, generation: object.generation };
  return { ...rest, metadata: bare(metadata), spec, ...(facet === 'namespace' ? {} : { status }) };
}

function bare(metadata: Json | undefined): Json {
  if (!isJsonObject(metadata)) return {};
  const { labels, ...rest } = metadata;
  return isJsonObject(labels) ? { ...rest, labels: withoutOwn(labels) } : rest;
}

function withoutOwn(labels: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => !isOwnLabel(key)));
}
