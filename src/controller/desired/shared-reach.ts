import { isJsonObject, type Json } from '../../model/json';
import type { Resource } from '../../model/resource';

/**
 * Kinds that are about the namespaces they name, and their own: where traffic of a route goes (Gateway API), whose Services
 * may be named from elsewhere, which Services the API server calls. All others may be about any namespace.
 */
const NAMING: ReadonlySet<string> = new Set([
  'gateway.networking.k8s.io/HTTPRoute',
  'gateway.networking.k8s.io/GRPCRoute',
  'gateway.networking.k8s.io/ReferenceGrant',
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration',
  'admissionregistration.k8s.io/MutatingWebhookConfiguration',
]);

/** The namespaces for which shared objects that have come, changed or gone can make a difference. */
export function sharedReach(
  before: readonly Resource[],
  after: readonly Resource[],
): ReadonlySet<string> | 'all' {
  const [old, now] = [new Set(before), new Set(after)];
  const changed = [...before.filter((one) => !now.has(one)), ...after.filter((one) => !old.has(one))];
  const named = new Set<string>();
  for (const { group, kind, namespace, manifest } of changed) {
    if (!NAMING.has(`${group}/${kind}`)) return 'all';
    if (namespace !== undefined) named.add(namespace);
    addNamed(manifest, named);
  }
  return named;
}

/** Every namespace that stands anywhere in an object. */
function addNamed(value: Json | undefined, named: Set<string>): void {
  if (Array.isArray(value)) for (const item of value) addNamed(item, named);
  if (!isJsonObject(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'namespace' && typeof inner === 'string') named.add(inner);
    else addNamed(inner, named);
  }
}
