import type { Finding } from '../model/finding';
import type { Resource } from '../model/resource';
import { applyIgnores } from './apply-ignores';
import { annotationIgnores, readIgnores, type IgnoreComment } from './ignore';

/**
 * Findings without those that annotations `intents.cdk8s.io/ignore` of the objects, and comments, leave out; with what is
 * wrong with these. Whether one is still of use is not said: a synth does not run every check.
 */
export function withoutIgnored(
  findings: readonly Finding[],
  resources: readonly Resource[],
  comments: readonly IgnoreComment[] = [],
): readonly Finding[] {
  const { ignores, findings: wrong } = readIgnores([...comments, ...annotationIgnores(resources)]);
  return [...applyIgnores(findings, ignores).kept, ...wrong];
}
