import type { IResolver, ResolutionContext } from 'cdk8s';
import { isClusterScoped } from '../model/scope';

/**
 * Takes the namespace off objects of cluster-scoped kinds: cdk8s stamps the namespace of the chart on every object,
 * and a Namespace or ClusterRole in a namespaced chart would carry one.
 */
export class ClusterScope implements IResolver {
  resolve(context: ResolutionContext): void {
    if (context.key.length > 0) return;
    const value: unknown = context.value;
    if (!isObjectWithMetadata(value)) return;
    const group = context.obj.apiGroup === 'core' ? '' : context.obj.apiGroup;
    if (!isClusterScoped(group, context.obj.kind)) return;
    const { namespace, ...metadata } = value.metadata;
    // Once it is gone there is nothing to replace, which ends the resolution.
    if (namespace !== undefined) context.replaceValue({ ...value, metadata });
  }
}

interface ObjectWithMetadata {
  readonly metadata: Readonly<Record<string, unknown>>;
}

function isObjectWithMetadata(value: unknown): value is ObjectWithMetadata {
  return (
    typeof value === 'object' &&
    value !== null &&
    'apiVersion' in value &&
    'metadata' in value &&
    typeof value.metadata === 'object' &&
    value.metadata !== null
  );
}
