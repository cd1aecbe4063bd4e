/** A value as JSON carries it. Manifests reach the core as this and as nothing looser. */
export type Json = string | number | boolean | null | Json[] | JsonObject;

/** A JSON object. A key that is absent reads as `undefined`. */
export interface JsonObject {
  [key: string]: Json | undefined;
}

/** The way to a field inside a manifest, for example `['spec', 'ingress', 0, 'from']`. */
export type FieldPath = readonly (string | number)[];

/** Whether `value` is a JSON object: not null, not a list, not a scalar. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `spec.ingress[0].from`, the way Kubernetes writes a field path. */
export function printFieldPath(path: FieldPath): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`))
    .join('');
}
