import { isJsonObject, jsonAt, type FieldPath, type Json } from '../json';
import type { Place } from '../place';
import { resourceId, type Resource } from '../resource';

/** A Service that the API server calls because an object tells it to. */
export interface ApiServerReference {
  /** The object that tells it to: `ValidatingWebhookConfiguration/check`. */
  readonly by: string;
  readonly resource: Resource;
  readonly namespace: string;
  readonly service: string;
  /** Port of the Service. */
  readonly port: number;
  /** The reference itself. */
  readonly place: Place;
}

/** Default of `port` in every such reference (Kubernetes API: ServiceReference of each of the three groups). */
const DEFAULT_PORT = 443;

/** Groups that have such references. */
const GROUPS = new Set(['apiregistration.k8s.io', 'apiextensions.k8s.io', 'admissionregistration.k8s.io']);

const CONVERSION = ['spec', 'conversion', 'webhook', 'clientConfig', 'service'] as const;

/** Services that webhooks, conversions and aggregated APIs name; what goes to a URL is not among them. */
export function apiServerReferences(resource: Resource): ApiServerReference[] {
  if (!GROUPS.has(resource.group)) return [];
  return referencesOf(resource).flatMap((path) => {
    const reference = jsonAt(resource.manifest, path);
    if (!isJsonObject(reference)) return [];
    const { namespace, name, port } = reference;
    if (typeof namespace !== 'string' || typeof name !== 'string') return [];
    return [
      {
        by: resourceId(resource),
        resource,
        namespace,
        service: name,
        port: typeof port === 'number' ? port : DEFAULT_PORT,
        place: resource.place.at(path),
      },
    ];
  });
}

function referencesOf({ group, kind, manifest }: Resource): FieldPath[] {
  if (group === 'apiregistration.k8s.io' && kind === 'APIService') return [['spec', 'service']];
  if (group === 'apiextensions.k8s.io' && kind === 'CustomResourceDefinition') return [CONVERSION];
  if (group !== 'admissionregistration.k8s.io') return [];
  const webhooks: Json | undefined = jsonAt(manifest, ['webhooks']);
  return (Array.isArray(webhooks) ? webhooks : []).map((_, index) => [
    'webhooks',
    index,
    'clientConfig',
    'service',
  ]);
}
