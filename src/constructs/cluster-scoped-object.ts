import { ApiObject, type ApiObjectProps } from 'cdk8s';
import type { Construct } from 'constructs';

/**
 * An API object that belongs to no namespace, and so carries none: cdk8s stamps the namespace of the chart on every
 * object, cluster-scoped kinds included, and the API server would refuse or ignore it.
 */
export class ClusterScopedObject extends ApiObject {
  constructor(scope: Construct, id: string, props: ApiObjectProps) {
    super(scope, id, props);
  }

  override toJson(): Record<string, unknown> {
    const json: Record<string, unknown> = super.toJson();
    const { metadata } = json;
    if (typeof metadata !== 'object' || metadata === null) return json;
    const { namespace: _stamped, ...own } = { namespace: undefined, ...metadata };
    return { ...json, metadata: own };
  }
}
