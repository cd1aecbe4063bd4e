import { InvalidArgumentError } from 'commander';

/**
 * For options that take a whole number: reads one of at most nine digits, and refuses everything else by the words of
 * the option.
 *
 * @param least smallest number that may be written. Default 0
 */
export function wholeNumber(least = 0): (text: string) => number {
  return (text) => {
    const number = /^[0-9]{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= least) return number;
    throw new InvalidArgumentError(
      least === 0 ? 'Write a whole number.' : `Write a whole number from ${least}.`,
    );
  };
}
