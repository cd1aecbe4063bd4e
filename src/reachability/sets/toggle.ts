/** Adds a number to an ascending list, or takes it away when it is there. */
export function toggle(ascending: number[], item: number): void {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? Infinity) < item) low = middle + 1;
    else high = middle;
  }
  if (ascending[low] === item) ascending.splice(low, 1);
  else ascending.splice(low, 0, item);
}
