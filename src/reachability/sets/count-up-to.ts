/**
 * How many of the ascending numbers are at or below `value`. Looks further and further ahead, as callers that go through
 * lists in order find the answer near the one before.
 *
 * @param from so many are known to be; default none
 */
export function countUpTo(ascending: readonly number[], value: number, from = 0): number {
  const { length } = ascending;
  let low = from;
  let high = from;
  for (let ahead = 1; high < length && (ascending[high] ?? Infinity) <= value; ahead *= 2) {
    low = high + 1;
    high += ahead;
  }
  if (high > length) high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? Infinity) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
