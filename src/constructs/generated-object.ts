import { ApiObject, App, ImplicitTokenResolver, LazyResolver, NumberStringUnionResolver } from 'cdk8s';
import type { Construct } from 'constructs';
import { apiObjectProps } from './api-object-props';
import { isJsonObject, type Json, type JsonObject } from '../model/json';

/**
 * An object whose manifest is plain data from the start. cdk8s would look for late values in every corner of it;
 * unless the app has resolvers of its own, there is nothing to find, and the keys only need their order.
 */
export class GeneratedObject extends ApiObject {
  constructor(
    scope: Construct,
    id: string,
    private readonly manifest: JsonObject,
  ) {
    super(scope, id, apiObjectProps(manifest));
  }

  override toJson(): unknown {
    return App.of(this).resolvers.every(isStock) ? inRenderedOrder(this.manifest) : super.toJson();
  }
}

const STOCK = [LazyResolver, ImplicitTokenResolver, NumberStringUnionResolver];

function isStock(resolver: object): boolean {
  return STOCK.some((stock) => resolver instanceof stock);
}

/** Keys as cdk8s writes them: apiVersion, kind and metadata first, all others by the alphabet. */
function inRenderedOrder({ apiVersion, kind, metadata, ...rest }: JsonObject): JsonObject {
  const sorted = sortKeys(rest);
  return { apiVersion, kind, metadata: metadata === undefined ? undefined : sortValue(metadata), ...sorted };
}

function sortKeys(object: JsonObject): JsonObject {
  if (isSorted(object)) return object;
  const sorted: JsonObject = {};
  for (const key of Object.keys(object).sort()) {
    const value = object[key];
    if (value !== undefined) sorted[key] = sortValue(value);
  }
  return sorted;
}

function sortValue(value: Json): Json {
  if (Array.isArray(value)) return value.every(isScalar) ? value : value.map(sortValue);
  return isJsonObject(value) ? sortKeys(value) : value;
}

/** Maps of labels mostly are, and are many: they go out as they are. */
function isSorted(object: JsonObject): boolean {
  const keys = Object.keys(object);
  return keys.every((key, index) => isScalar(object[key]) && (index === 0 || (keys[index - 1] ?? '') < key));
}

function isScalar(value: Json | undefined): boolean {
  return value !== undefined && (typeof value !== 'object' || value === null);
}
