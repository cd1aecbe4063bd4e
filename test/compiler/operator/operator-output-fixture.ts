import { compiled, manifest, manifestOf } from '../cluster-fixture';
import type { Compilation, CompileOptions } from '../../../src/compiler/compilation';
import type { ClientIntents, InternetTarget, Target } from '../../../src/intents/client-intents';
import { NOWHERE } from '../../../src/model/place';
import type { Resource } from '../../../src/model/resource';

export const HOME = 'otterize-tutorial-npol';

export function strict(
  resources: readonly Resource[],
  declared: readonly ClientIntents[],
  options: CompileOptions = {},
): Compilation {
  return compiled(resources, declared, { profile: 'otterize', strictOtterize: true, ...options });
}

export function specOf(result: Compilation, name: string): unknown {
  return manifestOf(result, name)?.['spec'];
}

export function ingress(name: string, more: Record<string, string> = {}): Resource {
  const spec = { defaultBackend: { service: { name, port: { number: 80 } } } };
  const metadata = { name: `to-${name}`, namespace: 'a', annotations: { ...more } };
  return manifest('networking.k8s.io/v1', 'Ingress', { metadata, spec }, `to-${name}`, 'a');
}

export function internet(given: Partial<Omit<InternetTarget, 'type'>>): Target {
  return { type: 'internet', domains: [], ips: [], ports: [], place: NOWHERE, ...given };
}

export const API: Target = { type: 'kubernetes-api', place: NOWHERE };
export const inNamespace = (name: string): unknown => ({
  matchLabels: { 'kubernetes.io/metadata.name': name },
});
export const pods = (labels: Record<string, string>): unknown => ({ matchLabels: labels });
export const DNS = { ports: [{ protocol: 'UDP', port: 53 }, { protocol: 'TCP', port: 53 }] }; // prettier-ignore
