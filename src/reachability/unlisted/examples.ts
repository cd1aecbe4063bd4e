import type { Budget } from './budget';
import { isPositive, testHolds, type LabelTest, type Term } from './term';
import { append } from '../../model/group-by';
import { validLabelValue } from '../../model/label-selector';
import type { Labels } from '../../model/resource';

/** Labels that meet requirements, no more than needed. */
export interface Example {
  readonly labels: Labels;
  /** In words, where the value is only one of many: `app`, `app starts with "a"`. */
  readonly words: Labels;
}

/** At most so many examples of one case. */
const MOST = 512;

const NOTHING: readonly Example[] = [{ labels: {}, words: {} }];

/**
 * The fewest labels that meet all requirements: one example for each value that is asked for, as policies may treat these
 * differently. None where they cannot be met.
 * @param mentioned values that policies name: a value that only has to be there is none of them
 */
export function examplesOf(
  terms: readonly Term[],
  mentioned: ReadonlySet<string>,
  budget: Budget,
): readonly Example[] {
  if (terms.length === 0) return NOTHING;
  const byKey = new Map<string, LabelTest[]>();
  for (const { key, test } of terms) append(byKey, key, test);
  let met: readonly (readonly Choice[])[] = [[]];
  for (const [key, tests] of byKey) {
    const choices = choicesOf(key, tests, mentioned).map((choice) => [choice]);
    met = budget.product(met, choices, MOST);
  }
  return met.map(exampleOf);
}

interface Choice {
  readonly key: string;
  /** Absent: the label is missing. */
  readonly value?: string;
  readonly words?: string;
}

function exampleOf(choices: readonly Choice[]): Example {
  const labels = choices.flatMap(({ key, value }): [string, string][] =>
    value === undefined ? [] : [[key, value]],
  );
  const words = choices.flatMap(({ key, words: said }): [string, string][] =>
    said === undefined ? [] : [[key, said]],
  );
  return { labels: Object.fromEntries(labels), words: Object.fromEntries(words) };
}

function choicesOf(key: string, tests: readonly LabelTest[], mentioned: ReadonlySet<string>): Choice[] {
  const holds = (value: string): boolean => tests.every((test) => testHolds(test, value));
  const [listed] = tests.flatMap((test) => (test.type === 'in' ? [test.values] : []));
  if (listed !== undefined) return [...new Set(listed)].filter(holds).map((value) => ({ key, value }));
  // What asks for nothing to be there is met by nothing.
  if (!tests.some(isPositive)) return [{ key }];
  const value =
    madeUp(tests).find((text) => holds(text) && !mentioned.has(text)) ?? madeUp(tests).find(holds);
  return value === undefined ? [] : [{ key, value, words: wordsOf(key, tests) }];
}

const ANY = ['any', 'any-other', 'any-third'];

/** Values to try, those that are valid label values first. */
function madeUp(tests: readonly LabelTest[]): string[] {
  const parts = (operator: string): string[] =>
    tests.flatMap((test) =>
      test.type === 'text' && test.holds && test.operator === operator ? [test.value] : [],
    );
  const longest = (texts: readonly string[]): string =>
    texts.reduce((a, b) => (b.length > a.length ? b : a), '');
  const [start, middle, end] = [
    longest(parts('starts with')),
    parts('contains').join(''),
    longest(parts('ends with')),
  ];
  const made = ['', ...ANY].flatMap((any) => [
    start + any + middle + end,
    start + middle + any + end,
    any + start + middle + end,
    start + middle + end + any,
  ]);
  const tried = [...made, start, end].filter((text) => text !== '');
  return [...tried.filter(validLabelValue), ...tried.filter((text) => !validLabelValue(text))];
}

function wordsOf(key: string, tests: readonly LabelTest[]): string {
  const texts = tests.flatMap((test) =>
    test.type === 'text' && test.holds ? [`${key} ${test.operator} ${JSON.stringify(test.value)}`] : [],
  );
  return texts.length === 0 ? key : texts.join(' and ');
}
