import { ApiObject, App, ImplicitTokenResolver, LazyResolver, NumberStringUnionResolver } from 'cdk8s';
import type { Construct } from 'constructs';
import { apiObjectProps } from './api-object-props';
import { renderedOrder } from '../compiler/rendered-order';
import type { JsonObject } from '../model/json';

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
    return App.of(this).resolvers.every(isStock) ? renderedOrder(this.manifest) : super.toJson();
  }
}

const STOCK = [LazyResolver, ImplicitTokenResolver, NumberStringUnionResolver];

function isStock(resolver: object): boolean {
  return STOCK.some((stock) => resolver instanceof stock);
}
