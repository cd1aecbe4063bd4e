import { checkInput } from '../checks/check-input';
import { chosenChecks, configured } from '../checks/configuration';
import { annotationIgnores, readIgnores, type Ignore } from '../checks/ignore';
import { matchesPattern } from '../checks/path-pattern';
import { writtenExpiryFindings } from '../compiler/exceptions/written-expiry';
import { sortFindings, type Finding } from '../model/finding';
import { resourceId } from '../model/resource';
import type { CheckConfiguration } from './check-configuration';
import { inOptionWords } from './option-words';
import { isIncomplete, type Model } from './read-model';

/** What `intents check` has to say of its input. */
export interface Checked {
  readonly findings: readonly Finding[];
  /** Whether a part of the input could not be read, whatever the configuration makes of that. */
  readonly incomplete: boolean;
}

/**
 * Everything that is found in a model, without what is ignored, and with the severities that are wished for.
 *
 * @param today as `2026-12-31`: an exception may have run out
 * @param worded says findings in the words of whoever asks. Default: options as the command line calls them
 */
export function checkFindings(
  model: Model,
  { settings, pathOf }: CheckConfiguration,
  today: string,
  worded: (finding: Finding) => Finding = inOptionWords,
): Checked {
  const { cluster, ignoreComments } = model;
  const written = readIgnores([...ignoreComments, ...annotationIgnores(cluster.resources)]);
  const all = [
    ...[...model.findings, ...checkInput(model, chosenChecks(settings))].map(worded),
    ...writtenExpiryFindings(cluster.resources, today),
  ];
  const isThere = (ignore: Ignore): boolean => isInInput(ignore, model, pathOf);
  return {
    findings: sortFindings(configured(all, settings, { written, pathOf, isThere })),
    incomplete: isIncomplete(all),
  };
}

/** Whether what an ignore names is there at all: where only a part of the manifests is checked, it may not be. */
function isInInput({ scope }: Ignore, { files, cluster }: Model, pathOf: (file: string) => string): boolean {
  if (scope.type !== 'pattern') return true;
  const { object, files: patterns } = scope;
  const isFile = (pattern: string): boolean => files.some((file) => matchesPattern(pattern, pathOf(file)));
  return (
    (patterns === undefined || patterns.some(isFile)) &&
    (object === undefined ||
      cluster.resources.some((resource) => matchesPattern(object, resourceId(resource))))
  );
}
