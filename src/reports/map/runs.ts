import type { Runs } from './map-data';

/** Packs whole numbers, in any order and repeated as they may be. */
export function packRuns(numbers: Iterable<number>): Runs {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b);
  const parts: string[] = [];
  let first = NaN;
  let last = NaN;
  const close = (): void => {
    if (!Number.isNaN(first)) parts.push(first === last ? String(first) : `${first}-${last}`);
  };
  for (const number of sorted) {
    if (number !== last + 1) {
      close();
      first = number;
    }
    last = number;
  }
  close();
  return parts.join(',');
}

/** The numbers, ascending. */
export function unpackRuns(runs: Runs): number[] {
  if (runs === '') return [];
  return runs.split(',').flatMap((part) => {
    const [first = 0, last = first] = part.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

/** Whether a number is among them, without unpacking. */
export function runsHave(runs: Runs, number: number): boolean {
  if (runs === '') return false;
  return runs.split(',').some((part) => {
    const [first = NaN, last = first] = part.split('-').map(Number);
    return first <= number && number <= last;
  });
}

/** How many numbers there are, without unpacking. */
export function runsCount(runs: Runs): number {
  if (runs === '') return 0;
  return runs.split(',').reduce((sum, part) => {
    const [first = 0, last = first] = part.split('-').map(Number);
    return sum + last - first + 1;
  }, 0);
}
