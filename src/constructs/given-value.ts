import { Construct } from 'constructs';
import { nearest } from '../model/field-reader';

/** What is wrong with a value that somebody gave, and what to write instead. */
export interface GivenProblem {
  /** Continues a sentence that begins with the name of the value. */
  readonly problem: string;
  readonly mend: string;
}

/**
 * What is wrong with an object of named fields. Types say the same, but only to those who have them checked: a
 * misspelt field would otherwise be as if it were not there, and leave open what it was to close.
 */
export function fieldsProblem(given: unknown, known: readonly string[]): GivenProblem | undefined {
  const fields = known.length === 1 ? known.join('') : `${known.slice(0, -1).join(', ')} and ${known.at(-1)}`;
  if (typeof given !== 'object' || given === null || Array.isArray(given) || Construct.isConstruct(given)) {
    return { problem: `is ${describeGiven(given)}`, mend: `Write an object with the fields ${fields}.` };
  }
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown === undefined) return undefined;
  const near = nearest(unknown, known);
  return {
    problem: `has a field ${unknown} that nobody knows`,
    mend: near === undefined ? `The fields are ${fields}.` : `Did you mean ${near}?`,
  };
}

/** A value as a message names it. */
export function describeGiven(given: unknown): string {
  if (given === undefined || given === null) return String(given);
  if (Construct.isConstruct(given)) {
    return given.node.path === '' ? 'the App' : `the construct ${given.node.path}`;
  }
  if (Array.isArray(given)) return 'a list';
  if (typeof given === 'object') return 'an object';
  if (typeof given === 'function') return 'a function';
  if (typeof given === 'string') return JSON.stringify(given).slice(0, 100);
  return typeof given === 'number' || typeof given === 'boolean' ? String(given) : `a ${typeof given}`;
}
