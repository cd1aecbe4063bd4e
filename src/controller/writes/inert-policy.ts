import { isJsonObject, jsonAt, type JsonObject } from '../../model/json';
import type { ObservedNamespace } from '../observed/observed-namespace';

/** A label that no pod carries: it begins as those of intents do, so the controller takes it off whoever has it. */
const CARRIED_BY_NOBODY = { 'intents.otterize.com/waits-for-labels': 'true' } as const;
const [KEY = ''] = Object.keys(CARRIED_BY_NOBODY);

/**
 * A NetworkPolicy that selects nobody yet, in the place of one that would have its effect too early: it is there, so that whatever
 * refuses it does so before anything depends on it, and is made to select its pods by one more write.
 */
export function inert(manifest: JsonObject): JsonObject {
  const spec = isJsonObject(manifest['spec']) ? manifest['spec'] : {};
  const selected = jsonAt(spec, ['podSelector', 'matchLabels']);
  const matchLabels = { ...(isJsonObject(selected) ? selected : {}), ...CARRIED_BY_NOBODY };
  return { ...manifest, spec: { ...spec, podSelector: { matchLabels } } };
}

/** Whether {@link inert} made it. */
export function isInert(manifest: JsonObject): boolean {
  return jsonAt(manifest, ['spec', 'podSelector', 'matchLabels', KEY]) !== undefined;
}

/** Whether a policy of that key is in the namespace, and may select pods. */
export function isThere(there: ObservedNamespace, key: string): boolean {
  const present = there.objects.get(key);
  return present !== undefined && !isInert(present.resource.manifest);
}
