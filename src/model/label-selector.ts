import type { FieldReader } from './field-reader';
import { nearest } from './field-reader';
import type { JsonObject } from './json';
import { labelKeyProblem, labelValueProblem } from './label-syntax';
import type { Labels } from './resource';

export { validLabelKey, validLabelValue } from './label-syntax';

/** One requirement of `matchExpressions`. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  /** Empty for `Exists` and `DoesNotExist`. */
  readonly values: readonly string[];
}

/** A `metav1.LabelSelector`. Without labels and expressions it matches everything. */
export interface LabelSelector {
  readonly matchLabels: Labels;
  readonly matchExpressions: readonly LabelRequirement[];
}

const OPERATORS: readonly LabelRequirement['operator'][] = ['In', 'NotIn', 'Exists', 'DoesNotExist'];

/** The selector `{}`. */
export const SELECT_EVERYTHING: LabelSelector = { matchLabels: {}, matchExpressions: [] };

/**
 * Reads a label selector. Whatever the API server would refuse becomes an error finding with its place, and then
 * the answer is undefined: a selector that lost a requirement would select too much.
 */
export function readLabelSelector(reader: FieldReader): LabelSelector | undefined {
  const before = reader.errorCount;
  const matchLabels = reader.labels('matchLabels') ?? {};
  checkLabels(reader, 'matchLabels', matchLabels);
  const matchExpressions = (reader.objects('matchExpressions') ?? []).flatMap(readRequirement);
  reader.rejectUnknown();
  return reader.errorCount === before ? { matchLabels, matchExpressions } : undefined;
}

/** Reports keys and values of a label map that the API server would refuse. */
export function checkLabels(reader: FieldReader, field: string, labels: Labels): void {
  for (const key of Object.keys(labels)) {
    const value = labels[key] ?? '';
    if (labelKeyProblem(key) !== undefined) checkKey(reader, [field, key], key);
    if (labelValueProblem(value) !== undefined) checkValue(reader, [field, key], value);
  }
}

function checkKey(reader: FieldReader, path: readonly (string | number)[], key: string): void {
  const reason = labelKeyProblem(key);
  if (reason === undefined) return;
  const message = `${JSON.stringify(key)} in ${reader.pathTo(path)} is not a label key: ${reason}`;
  reader.problem(path, message, {
    mend: 'Correct the label key; the API server refuses the object as it is.',
  });
}

function checkValue(reader: FieldReader, path: readonly (string | number)[], value: string): void {
  const reason = labelValueProblem(value);
  if (reason === undefined) return;
  const message = `${JSON.stringify(value)} in ${reader.pathTo(path)} is not a label value: ${reason}`;
  reader.problem(path, message, {
    mend: 'Correct the label value; the API server refuses the object as it is.',
  });
}

function readRequirement(reader: FieldReader): LabelRequirement[] {
  const key = reader.requiredString('key');
  const written = reader.requiredString('operator');
  const values = reader.strings('values') ?? [];
  reader.rejectUnknown();
  if (key !== undefined) checkKey(reader, ['key'], key);
  values.forEach((value, index) => {
    checkValue(reader, ['values', index], value);
  });
  const operator = OPERATORS.find((known) => known === written);
  if (written !== undefined && operator === undefined) rejectOperator(reader, written);
  if (key === undefined || operator === undefined) return [];
  checkValueCount(reader, operator, values);
  return [{ key, operator, values }];
}

function rejectOperator(reader: FieldReader, written: string): void {
  const near = nearest(written, OPERATORS);
  reader.problem(['operator'], `${reader.pathTo(['operator'])} is "${written}", which is not an operator`, {
    mend: near === undefined ? `Use one of ${OPERATORS.join(', ')}.` : `Did you mean ${near}?`,
  });
}

function checkValueCount(
  reader: FieldReader,
  operator: LabelRequirement['operator'],
  values: readonly string[],
): void {
  const needsValues = operator === 'In' || operator === 'NotIn';
  if (needsValues === values.length > 0) return;
  const field = reader.pathTo(['values']);
  reader.problem(
    ['values'],
    `${field} must ${needsValues ? 'not be empty' : 'be empty'} with operator ${operator}`,
    {
      mend: needsValues
        ? `List at least one value in ${field}, or use Exists.`
        : `Remove ${field}, or use In or NotIn.`,
    },
  );
}

/**
 * Whether a selector matches labels. All requirements must hold; `NotIn` and `DoesNotExist` also match labels
 * without the key (network-policy-semantics 2.1 item 11).
 */
export function matches(selector: LabelSelector, labels: Labels): boolean {
  for (const key of Object.keys(selector.matchLabels)) {
    if (!Object.hasOwn(labels, key) || labels[key] !== selector.matchLabels[key]) return false;
  }
  return selector.matchExpressions.every((requirement) => holds(requirement, labels));
}

function holds({ key, operator, values }: LabelRequirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
  }
}

/** Whether the selector has no requirement, so that it matches every set of labels. */
export function selectsEverything(selector: LabelSelector): boolean {
  return selector.matchExpressions.length === 0 && Object.keys(selector.matchLabels).length === 0;
}

/**
 * A string that selectors of the same requirements share, whatever their order and whether an equality stands in
 * `matchLabels` or as `In` with one value. Equal strings mean equal matches; the other way need not hold.
 */
export function selectorKey(selector: LabelSelector): string {
  const equalities = Object.entries(selector.matchLabels).map(([key, value]) =>
    JSON.stringify([key, 'In', value]),
  );
  const expressions = selector.matchExpressions.map(({ key, operator, values }) =>
    JSON.stringify([key, operator, ...new Set([...values].sort())]),
  );
  return [...new Set([...equalities, ...expressions])].sort().join(' ');
}

/** The selector as a manifest writes it; `{}` when it selects everything. */
export function printLabelSelector({ matchLabels, matchExpressions }: LabelSelector): JsonObject {
  const printed: JsonObject = {};
  const entries = Object.entries(matchLabels);
  if (entries.length > 0) printed.matchLabels = Object.fromEntries(entries);
  if (matchExpressions.length > 0) {
    printed.matchExpressions = matchExpressions.map(({ key, operator, values }) =>
      values.length === 0 ? { key, operator } : { key, operator, values: [...values] },
    );
  }
  return printed;
}
