import { InvalidInputError } from './invalid-input-error';
import { nearest } from '../model/field-reader';

/**
 * Refuses an object with a key that nobody reads. TypeScript says so while one types; in plain JavaScript a misspelt
 * option would be ignored, and what it was to close or to narrow stays open.
 *
 * @param path where the object stands, for example `allow.internet`; empty for the options as a whole
 * @param hints what to write instead of a key that is not merely misspelt
 * @throws InvalidInputError for the first such key, or when `value` is no object
 */
export function checkKeys(
  path: string,
  value: object,
  known: readonly string[],
  hints: Readonly<Record<string, string>> = {},
): void {
  // Types promise an object; plain JavaScript does not.
  const given: unknown = value;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new InvalidInputError(
      path === '' ? 'options' : path,
      given,
      'it must be an object',
      `Write an object with ${known.join(', ')}.`,
    );
  }
  for (const [key, content] of Object.entries(given)) {
    if (content === undefined || known.includes(key)) continue;
    const at = path === '' ? key : `${path}.${key}`;
    throw new InvalidInputError(at, content, 'there is no such option', mend(key, known, hints));
  }
}

function mend(key: string, known: readonly string[], hints: Readonly<Record<string, string>>): string {
  const hint = Object.hasOwn(hints, key) ? hints[key] : undefined;
  if (hint !== undefined) return hint;
  const near = nearest(key, known);
  return near === undefined ? `The options are ${known.join(', ')}.` : `Did you mean ${near}?`;
}

/**
 * Refuses what is no list where one is promised: text would be taken apart into its letters, or end in a TypeError.
 *
 * @throws InvalidInputError
 */
export function checkList(path: string, value: readonly unknown[]): void {
  const given: unknown = value;
  if (Array.isArray(given)) return;
  throw new InvalidInputError(path, given, 'it must be a list', 'Put it in brackets: [ … ].');
}
