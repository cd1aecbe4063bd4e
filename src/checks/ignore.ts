import type { Finding } from '../model/finding';
import { isJsonObject } from '../model/json';
import type { Place } from '../model/place';
import { resourceId, type Resource } from '../model/resource';
import { unknownRule } from './rule-ids';

/** Which findings an ignore is about, beside their rule. */
export type IgnoreScope =
  | { readonly type: 'line'; readonly file: string; readonly line: number }
  | { readonly type: 'file'; readonly file: string }
  /** `Kind/namespace/name`, as findings name it. */
  | { readonly type: 'object'; readonly object: string }
  /** Texts with `*`, as a configuration has them; what is absent is any. */
  | {
      readonly type: 'pattern';
      readonly object?: string | undefined;
      readonly files?: readonly string[] | undefined;
    };

/** Findings of some rules that somebody wants left out, and why. */
export interface Ignore {
  readonly rules: readonly string[];
  readonly scope: IgnoreScope;
  /** Where it is written. */
  readonly place: Place;
}

/** A comment or an annotation before it is looked at: `rule[, rule]: reason`. */
export interface IgnoreComment {
  readonly words: string;
  readonly scope: IgnoreScope;
  readonly place: Place;
}

/** An annotation of an object, for those who write no YAML: `rule[, rule]: reason`, a line each. */
export const IGNORE_ANNOTATION = 'intents.cdk8s.io/ignore';

/** What comments and annotations come to, and what is wrong with them; what is wrong ignores nothing. */
export interface ReadIgnores {
  readonly ignores: readonly Ignore[];
  readonly findings: readonly Finding[];
}

/** Reads comments and annotations. Each needs a reason, and rules that there are. */
export function readIgnores(comments: readonly IgnoreComment[]): ReadIgnores {
  const ignores: Ignore[] = [];
  const findings: Finding[] = [];
  for (const { words, scope, place } of comments) {
    const { rules, reason } = parseWords(words);
    const object = scope.type === 'object' ? { object: scope.object } : {};
    if (reason === '') {
      findings.push({ ...withoutReason(words, place), ...object });
      continue;
    }
    const unknown = rules.flatMap((rule) => unknownRule(rule) ?? []);
    if (rules.length === 0)
      unknown.push({ message: 'names no rule', mend: 'Write the id of a rule before the colon.' });
    for (const { message, mend } of unknown)
      findings.push({ ...unknownFinding(message, mend, place), ...object });
    const known = rules.filter((rule) => unknownRule(rule) === undefined);
    if (known.length > 0) ignores.push({ rules: known, scope, place });
  }
  return { ignores, findings };
}

/** The annotations of objects that ask for findings about them to be left out. */
export function annotationIgnores(resources: readonly Resource[]): IgnoreComment[] {
  return resources.flatMap((resource): IgnoreComment[] => {
    const { metadata } = resource.manifest;
    const annotations = isJsonObject(metadata) ? metadata.annotations : undefined;
    if (!isJsonObject(annotations) || !Object.hasOwn(annotations, IGNORE_ANNOTATION)) return [];
    const value = annotations[IGNORE_ANNOTATION];
    if (typeof value !== 'string') return [];
    const place = resource.place.at(['metadata', 'annotations', IGNORE_ANNOTATION]);
    return value
      .split('\n')
      .map((line) => line.trim())
      .filter((line, _, lines) => line !== '' || lines.every((other) => other === ''))
      .slice(0, MAX_LINES)
      .map((words) => ({ words, place, scope: { type: 'object', object: resourceId(resource) } }));
  });
}

/** An annotation is at most 256 KiB; nobody has so many rules to ignore. */
const MAX_LINES = 1_000;

function parseWords(words: string): { readonly rules: readonly string[]; readonly reason: string } {
  const colon = words.indexOf(':');
  const list = colon < 0 ? words : words.slice(0, colon);
  const rules = list.split(',').map((rule) => rule.trim());
  return {
    rules: [...new Set(rules.filter((rule) => rule !== ''))],
    reason: colon < 0 ? '' : words.slice(colon + 1).trim(),
  };
}

function withoutReason(words: string, place: Place): Finding {
  return {
    id: 'ignore-without-reason',
    severity: 'warning',
    message: `${JSON.stringify(short(words))} does not say why the findings are to be ignored, so none is.`,
    place,
    mend: 'Write the rule, a colon and the reason: and-or-peer: both groups are meant.',
  };
}

function unknownFinding(message: string, mend: string, place: Place): Finding {
  return {
    id: 'ignore-unknown-rule',
    severity: 'warning',
    message: `This ignore ${message}, so nothing is ignored by it.`,
    place,
    mend,
  };
}

function short(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
