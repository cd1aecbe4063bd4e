import type { Construct } from 'constructs';
import { apiObjectProps } from './api-object-props';
import { ConstructError, constructPath } from './construct-error';
import { isJsonObject, printFieldPath, type FieldPath, type Json, type JsonObject } from '../model/json';
import { constructPlace } from '../model/place';
import type { Resource } from '../model/resource';
import { readPolicies } from '../policies/read-policies';

/**
 * Passes a policy manifest that a construct made through the reader that reads anybody's policies, so that one set
 * of rules says what is valid. Fields that are `undefined` are dropped.
 *
 * @throws ConstructError with the first error, when there is one
 */
export function checkPolicyManifest(scope: Construct, id: string, manifest: JsonObject): JsonObject {
  const clean = dropUndefined(manifest);
  const odd = notFinite(clean, []);
  if (odd !== undefined) {
    throw new ConstructError(
      scope,
      id,
      `${printFieldPath(odd)} is not a number`,
      'Write a number, or leave it out.',
    );
  }
  const { apiVersion, kind, metadata } = apiObjectProps(clean);
  const [group = '', version = ''] = apiVersion.split('/');
  const resource: Resource = {
    apiVersion,
    group,
    version,
    kind,
    name: metadata.name,
    ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
    manifest: clean,
    place: constructPlace(constructPath(scope, id)),
  };
  const error = readPolicies([resource]).findings.find((finding) => finding.severity === 'error');
  if (error !== undefined) throw new ConstructError(scope, id, error.message.replace(/\.$/, ''), error.mend);
  return clean;
}

/** The path of the first NaN or infinity, which YAML can hold and no API server takes. */
function notFinite(value: Json | undefined, path: FieldPath): FieldPath | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : path;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, item] of Object.entries(value)) {
    const found = notFinite(item, [...path, Array.isArray(value) ? Number(key) : key]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function dropUndefined(object: JsonObject): JsonObject {
  const result: JsonObject = {};
  for (const [key, value] of Object.entries(object)) {
    if (value === undefined) continue;
    if (Array.isArray(value))
      result[key] = value.map((item) => (isJsonObject(item) ? dropUndefined(item) : item));
    else result[key] = isJsonObject(value) ? dropUndefined(value) : value;
  }
  return result;
}
