import { isJsonObject, sameJson, type Json, type JsonObject } from '../../model/json';

/** Where API servers find the webhook. */
export interface WebhookService {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
}

/** The CRDs whose versions are converted, by name. */
export const CONVERTED_CRDS = [
  'clientintents.k8s.otterize.com',
  'protectedservices.k8s.otterize.com',
] as const;

/** The path that reviews of conversions are sent to; that of the operator's own CRDs, too. */
export const CONVERSION_PATH = '/convert';

/** Names under which API servers call a Service: the first with certainty, the other if told to. */
export function namesOfService({ namespace, name }: WebhookService): string[] {
  return [`${name}.${namespace}.svc`, `${name}.${namespace}.svc.cluster.local`];
}

/**
 * What is to be merged into a CRD so that its versions are converted here, by a server with one of these certificates;
 * undefined when it says so already.
 */
export function conversionPatch(
  crd: JsonObject,
  service: WebhookService,
  caBundle: string,
): JsonObject | undefined {
  const wanted: JsonObject = {
    strategy: 'Webhook',
    webhook: {
      conversionReviewVersions: ['v1'],
      clientConfig: {
        service: {
          namespace: service.namespace,
          name: service.name,
          path: CONVERSION_PATH,
          port: service.port,
        },
        caBundle: Buffer.from(caBundle, 'utf8').toString('base64'),
      },
    },
  };
  const spec = isJsonObject(crd['spec']) ? crd['spec'] : {};
  if (sameJson(withDefaultPort(spec['conversion']), wanted)) return undefined;
  // A merge patch only takes away what it names: `url` excludes `service`.
  const clientConfig = { ...objectAt(wanted, 'webhook', 'clientConfig'), url: null };
  return { spec: { conversion: { ...wanted, webhook: { conversionReviewVersions: ['v1'], clientConfig } } } };
}

/** Whether a CRD has its versions converted by this Service, whatever certificates it trusts. */
export function isLedTo(crd: JsonObject, { namespace, name }: WebhookService): boolean {
  const service = objectAt(crd, 'spec', 'conversion', 'webhook', 'clientConfig', 'service');
  return service?.['namespace'] === namespace && service['name'] === name;
}

function withDefaultPort(conversion: Json | undefined): Json | undefined {
  const service = objectAt(conversion, 'webhook', 'clientConfig', 'service');
  if (!isJsonObject(conversion) || service === undefined || service['port'] !== undefined) return conversion;
  const webhook = objectAt(conversion, 'webhook') ?? {};
  const clientConfig = objectAt(webhook, 'clientConfig') ?? {};
  return {
    ...conversion,
    webhook: { ...webhook, clientConfig: { ...clientConfig, service: { ...service, port: 443 } } },
  };
}

function objectAt(value: Json | undefined, ...path: readonly string[]): JsonObject | undefined {
  let current = value;
  for (const key of path) current = isJsonObject(current) ? current[key] : undefined;
  return isJsonObject(current) ? current : undefined;
}
