import { isFormerOutput } from '../compiler/present-policies';
import { POLICY_LABEL } from '../compiler/profiles/profile';
import type { Finding } from '../model/finding';
import { jsonAt } from '../model/json';
import type { Resource } from '../model/resource';
import type { CheckContext } from './check';

/** Whether the input declares calls itself. Without intents nothing can be said of what is declared. */
export function hasIntents({ resources }: CheckContext): boolean {
  return resources.some(
    ({ group, kind }) =>
      group === 'k8s.otterize.com' && (kind === 'ClientIntents' || kind === 'ProtectedService'),
  );
}

/**
 * Policies of the input that intents made for calls, in the profile and dialect that the context is compiled with
 * (`seed`, Kubernetes). Others follow from options that the input does not tell, so they are not compared.
 */
export function ownAccessPolicies({ resources }: CheckContext): readonly Resource[] {
  return resources.filter(
    (resource) =>
      resource.group === 'networking.k8s.io' &&
      isFormerOutput(resource) &&
      jsonAt(resource.manifest, ['metadata', 'labels', POLICY_LABEL]) === 'true' &&
      isAccessName(resource.name),
  );
}

/** Whether the name is that of a policy for calls in the profile `seed`. */
export function isAccessName(name: string): boolean {
  return name.startsWith('access-to-') || name.startsWith('svc-access-to-');
}

/** Findings of the compiler with this id, where there are intents to judge by. */
export function compilerFindings(context: CheckContext, id: string): readonly Finding[] {
  return hasIntents(context) ? context.compilation.findings.filter((finding) => finding.id === id) : [];
}
