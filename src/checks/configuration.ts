import type { Finding, Severity } from '../model/finding';
import type { Place } from '../model/place';
import { applyIgnores, isNegotiable, type UnusedIgnore } from './apply-ignores';
import type { Check } from './check';
import type { Ignore, ReadIgnores } from './ignore';
import { CHECKS } from './index';

/** How much the findings of a rule matter to the one who configures it; `off` for not at all. */
export type RuleSeverity = 'off' | Severity;

/** Every {@link RuleSeverity}, mildest first. */
export const RULE_SEVERITIES: readonly RuleSeverity[] = ['off', 'info', 'warning', 'error'];

/** Findings to leave out, in a configuration. */
export interface ConfiguredIgnore {
  /** Id of the rule. */
  readonly rule: string;
  /** `Kind/namespace/name`, where `*` stands for anything between slashes. Default: every object. */
  readonly object?: string;
  /**
   * Paths from the folder of the configuration, one or a list, where `*` stands for anything between slashes and `**` for
   * anything. Default: every file.
   */
  readonly files?: string | readonly string[];
  /** Why. */
  readonly reason: string;
}

/** What `intents.config.(yaml|yml|json|ts|mjs)` may say. */
export interface IntentsConfiguration {
  /** Severities of rules by id, in the place of their own. */
  readonly rules?: Readonly<Record<string, RuleSeverity>>;
  readonly ignores?: readonly ConfiguredIgnore[];
  /** `intents check` ends with 1 when there are more warnings than this. Default: any number is fine. */
  readonly maxWarnings?: number;
}

/** The configuration itself: for the types while one writes `intents.config.ts`. */
export function defineConfig(configuration: IntentsConfiguration): IntentsConfiguration {
  return configuration;
}

/** A configuration once it is read. */
export interface CheckSettings {
  /** By the id of the rule. */
  readonly severities: ReadonlyMap<string, RuleSeverity>;
  readonly ignores: readonly Ignore[];
  readonly maxWarnings?: number | undefined;
}

/** No configuration. */
export const NO_SETTINGS: CheckSettings = { severities: new Map(), ignores: [] };

/** The checks to run: those that are not off. Some are off until a configuration names them. */
export function chosenChecks({ severities }: CheckSettings): readonly Check[] {
  return CHECKS.filter(({ id, optIn = false }) => (severities.get(id) ?? (optIn ? 'off' : 'on')) !== 'off');
}

/** What applying a configuration needs beside the findings. */
export interface ConfigurableInput {
  /** What comments and annotations of the input ask for. */
  readonly written: ReadIgnores;
  /** See {@link IgnoreInput.pathOf}. */
  readonly pathOf?: ((file: string) => string) | undefined;
  /** Whether some file or object of the input is one that an ignore names. */
  readonly isThere: (ignore: Ignore) => boolean;
}

/** The findings that are left, with the severities that are wished for. */
export function configured(
  findings: readonly Finding[],
  settings: CheckSettings,
  { written, pathOf, isThere }: ConfigurableInput,
): readonly Finding[] {
  const running = new Set(chosenChecks(settings).map(({ id }) => id));
  const isOff = (rule: string): boolean =>
    settings.severities.get(rule) === 'off' || (CHECKS.some(({ id }) => id === rule) && !running.has(rule));
  const ignores = [...written.ignores, ...settings.ignores];
  const { kept, unused } = applyIgnores(findings, ignores, { pathOf, isOff });
  const about = unused.map((one) => unusedFinding(one, isThere(one.ignore)));
  return [...kept, ...written.findings, ...about].flatMap((finding) => weighed(finding, settings));
}

function weighed(finding: Finding, { severities }: CheckSettings): readonly Finding[] {
  const wished = severities.get(finding.id);
  if (wished === undefined || wished === finding.severity) return [finding];
  if (!isNegotiable(finding)) return [finding];
  return wished === 'off' ? [] : [{ ...finding, severity: wished }];
}

function unusedFinding({ ignore, rule, refused }: UnusedIgnore, isThere: boolean): Finding {
  const { place, scope } = ignore;
  const id = 'unused-ignore';
  const object = scope.type === 'object' ? { object: scope.object } : {};
  if (refused) {
    const message = `${rule} is an error here that says what is refused, lost, or does not hold: it cannot be ignored.`;
    return {
      id,
      severity: 'warning',
      message,
      ...object,
      place,
      mend: 'Mend the error, and remove the ignore.',
    };
  }
  return {
    id,
    severity: isThere ? 'warning' : 'info',
    message: isThere
      ? `Nothing is left out by this ignore of ${rule}: there is no such finding ${WHERE[scope.type]}.`
      : `Nothing is left out by this ignore of ${rule}: what it names is not in this input.`,
    ...object,
    place,
    mend: isThere
      ? 'Remove it, or put it where the finding is.'
      : 'Nothing, if only a part of the manifests is checked; else remove it.',
  };
}

const WHERE: Readonly<Record<Ignore['scope']['type'], string>> = {
  line: 'on its line',
  file: 'in the file',
  object: 'about the object',
  pattern: 'about what it names',
};

/** A place of a configuration that is code: it has no lines. */
export function filePlace(file: string): Place {
  const place: Place = { file, at: () => place };
  return place;
}
