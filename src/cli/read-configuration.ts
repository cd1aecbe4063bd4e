import { filePlace, RULE_SEVERITIES, type CheckSettings, type RuleSeverity } from '../checks/configuration';
import type { Ignore } from '../checks/ignore';
import { unknownRule } from '../checks/rule-ids';
import { isJsonObject } from '../model/json';
import { nearest } from '../model/field-reader';
import { printPlace } from '../model/place';
import type { WrittenConfiguration } from '../sources/configuration-file';
import { UsageError } from '../sources/usage-error';
import type { AssertionProblem } from './assertion';
import { AssertionNode } from './assertion-node';

const IGNORE_KEYS = ['rule', 'object', 'files', 'reason'];

/**
 * What a configuration says.
 *
 * @throws UsageError with all that is wrong with it, each with its line
 */
export function readConfiguration({
  value,
  place,
}: Pick<WrittenConfiguration, 'value' | 'place'>): CheckSettings {
  const problems: AssertionProblem[] = [];
  const root = new AssertionNode(value, [], place, problems);
  root.object(['$schema', 'rules', 'ignores', 'maxWarnings']);
  const settings: CheckSettings = {
    severities: readSeverities(root.at('rules')),
    ignores: readIgnores(root.at('ignores')),
    maxWarnings: readMaxWarnings(root.at('maxWarnings')),
  };
  if (problems.length === 0) return settings;
  const byLine = [...problems].sort((a, b) => (a.place.line ?? 0) - (b.place.line ?? 0));
  const said = byLine.map((problem) => `${printPlace(problem.place)}: ${problem.message}`);
  throw new UsageError(`the configuration cannot be used.\n\n${[...new Set(said)].join('\n')}`);
}

/**
 * The severity that a text names.
 *
 * @returns what is wrong with it, as a sentence, when it names none
 */
export function readSeverity(
  text: unknown,
): { readonly severity: RuleSeverity } | { readonly problem: string } {
  const severity = RULE_SEVERITIES.find((known) => known === text);
  if (severity !== undefined) return { severity };
  const near = typeof text === 'string' ? nearest(text, RULE_SEVERITIES) : undefined;
  const hint = near === undefined ? `Write ${RULE_SEVERITIES.join(', ')}.` : `Did you mean ${near}?`;
  return { problem: `is ${JSON.stringify(text)}, which is no severity. ${hint}` };
}

function readSeverities(node: AssertionNode): ReadonlyMap<string, RuleSeverity> {
  const severities = new Map<string, RuleSeverity>();
  if (node.value === undefined) return severities;
  if (!isJsonObject(node.value)) node.report('must be a map of rules and their severities.');
  else {
    for (const [rule, wished] of Object.entries(node.value)) {
      checkRule(node.at(rule), rule);
      const read = readSeverity(wished);
      if ('problem' in read) node.at(rule).report(read.problem);
      else severities.set(rule, read.severity);
    }
  }
  return severities;
}

function checkRule(node: AssertionNode, rule: string): void {
  const unknown = unknownRule(rule);
  if (unknown !== undefined) node.report(`${unknown.message}. ${unknown.mend}`);
}

function readIgnores(node: AssertionNode): readonly Ignore[] {
  if (node.value === undefined) return [];
  if (!Array.isArray(node.value)) {
    node.report('must be a list of ignores, each with a rule and a reason.');
    return [];
  }
  return [...node.value.keys()].flatMap((index) => readIgnore(node.at(index)) ?? []);
}

function readIgnore(node: AssertionNode): Ignore | undefined {
  const value = node.object(IGNORE_KEYS);
  if (value === null) return undefined;
  for (const key of ['object', 'files']) {
    if (value[key] === null) node.at(key).report('is empty; leave it out to mean all.');
  }
  const rule = requiredText(node.at('rule'));
  requiredText(node.at('reason'));
  const object = optionalText(node.at('object'));
  const files = readFiles(node.at('files'));
  if (rule === undefined) return undefined;
  checkRule(node.at('rule'), rule);
  const { file = '', line } = node.place;
  const place = line === undefined ? filePlace(file) : { file, line, at: () => node.place };
  return { rules: [rule], scope: { type: 'pattern', object, files }, place };
}

function requiredText(node: AssertionNode): string | undefined {
  const { value } = node;
  if (typeof value === 'string' && value.trim() !== '') return value;
  node.report(value === undefined ? 'is missing.' : 'must be a text that is not empty.');
  return undefined;
}

function optionalText(node: AssertionNode): string | undefined {
  return node.value === undefined ? undefined : requiredText(node);
}

function readFiles(node: AssertionNode): readonly string[] | undefined {
  const { value } = node;
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) {
    const one = requiredText(node);
    return one === undefined ? undefined : [one];
  }
  if (value.length === 0) node.report('is empty, so it names no file; leave it out for every file.');
  return [...value.keys()].flatMap((index) => requiredText(node.at(index)) ?? []);
}

function readMaxWarnings(node: AssertionNode): number | undefined {
  const { value } = node;
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  node.report('must be a whole number that is not negative.');
  return undefined;
}
