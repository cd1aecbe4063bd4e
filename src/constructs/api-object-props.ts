import type { ApiObjectMetadata, ApiObjectProps } from 'cdk8s';
import type { Construct } from 'constructs';
import { ConstructError } from './construct-error';
import { InvalidInputError } from '../compiler/invalid-input-error';
import { isJsonObject, type JsonObject } from '../model/json';

/** Properties of an object whose name is known. */
export interface NamedObjectProps extends ApiObjectProps {
  readonly metadata: ApiObjectMetadata & { readonly name: string };
}

/** A manifest of the core in the shape that an ApiObject takes. */
export function apiObjectProps(manifest: JsonObject): NamedObjectProps {
  const { apiVersion, kind, metadata } = manifest;
  if (
    typeof apiVersion !== 'string' ||
    typeof kind !== 'string' ||
    !isJsonObject(metadata) ||
    typeof metadata.name !== 'string'
  ) {
    throw new TypeError('A manifest needs apiVersion, kind and metadata.name.');
  }
  return { ...manifest, apiVersion, kind, metadata: { ...metadata, name: metadata.name } };
}

/** Runs a function of the core for a construct: what it refuses is an error of that construct. */
export function asConstruct<T>(scope: Construct, id: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    throw new ConstructError(scope, id, error.message.replace(/\.$/, ''), '');
  }
}
