import { ApiObject } from 'cdk8s';
import { isJsonObject } from '../model/json';

/**
 * An API object that belongs to no namespace, and so carries none: cdk8s stamps the namespace of the chart on every
 * object, cluster-scoped kinds included, and the API server would refuse or ignore it.
 */
export class ClusterScopedObject extends ApiObject {
  override toJson(): unknown {
    const json: unknown = super.toJson();
    return isJsonObject(json) ? withoutNamespace(json) : json;
  }
}

/** The manifest without `metadata.namespace`; the same object when it has none. */
export function withoutNamespace<T extends object>(manifest: T): T {
  const metadata: unknown = 'metadata' in manifest ? manifest.metadata : undefined;
  if (!isJsonObject(metadata) || metadata.namespace === undefined) return manifest;
  const { namespace: _stamped, ...own } = metadata;
  return { ...manifest, metadata: own };
}
