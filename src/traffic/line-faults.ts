import type { LineFault } from './line-splitter';

/** What is said about a line that is longer than is read. */
export const TOO_LONG = 'it is longer than 1 MB';

/** What is wrong with a line, in the words of an `UnreadableError`. */
export const FAULTS: Readonly<Record<LineFault, string>> = {
  'too-long': TOO_LONG,
  'not-utf8': 'it is not UTF-8',
  'cut-off': 'it is JSON that breaks off',
  stray: 'it is no JSON',
};
