import { applyIgnores } from '../checks/apply-ignores';
import { annotationIgnores, readIgnores } from '../checks/ignore';
import type { Finding } from '../model/finding';
import type { Resource } from '../model/resource';

/**
 * Findings without those that annotations `intents.cdk8s.io/ignore` of the objects leave out, and with what is wrong with
 * such annotations. Whether one is still of use a synth does not say: it does not run every check.
 */
export function withoutIgnored(
  findings: readonly Finding[],
  resources: readonly Resource[],
): readonly Finding[] {
  const { ignores, findings: wrong } = readIgnores(annotationIgnores(resources));
  return [...applyIgnores(findings, ignores).kept, ...wrong];
}
