import { INTENTS_GROUP } from '../../intents/api-group';
import { serveVersion } from '../../intents/convert/serve-version';
import { INTENTS_VERSIONS } from '../../intents/read-intents';
import { isJsonObject, type JsonObject } from '../../model/json';

/**
 * Answers a ConversionReview of apiextensions.k8s.io/v1: every object in the version asked for, in the same order, or a
 * failure that says which object stands in the way.
 *
 * @returns undefined when the body is no ConversionReview at all
 */
export function reviewConversion(review: unknown): JsonObject | undefined {
  if (!isJsonObject(review) || !isJsonObject(review['request'])) return undefined;
  const { apiVersion, kind, request } = review;
  if (kind !== 'ConversionReview' || apiVersion !== 'apiextensions.k8s.io/v1') return undefined;
  const { uid, desiredAPIVersion, objects } = request;
  if (typeof uid !== 'string' || !Array.isArray(objects)) return undefined;
  return { apiVersion, kind, response: { uid, ...convertAll(objects, desiredAPIVersion) } };
}

function convertAll(objects: readonly unknown[], desired: unknown): JsonObject {
  const to = INTENTS_VERSIONS.find((version) => desired === `${INTENTS_GROUP}/${version}`);
  if (to === undefined) return failure(`${JSON.stringify(desired)} is not a version that is served`);
  const convertedObjects: JsonObject[] = [];
  for (const object of objects) {
    if (!isJsonObject(object)) return failure('an object of the request is none');
    const served = serveVersion(object, to);
    if ('refusal' in served) return failure(`${nameOf(object)}: ${served.refusal}`);
    convertedObjects.push(served.manifest);
  }
  return { result: { status: 'Success' }, convertedObjects };
}

function failure(message: string): JsonObject {
  return { result: { status: 'Failure', message }, convertedObjects: [] };
}

function nameOf({ kind, metadata }: JsonObject): string {
  const { namespace, name } = isJsonObject(metadata) ? metadata : {};
  return [kind, namespace, name].filter((part) => typeof part === 'string').join('/');
}
