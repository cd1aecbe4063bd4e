/** `a, b, c and 4 more`: the first few, and how many more there are. */
export function listSome(items: readonly string[], most = 4): string {
  const rest = items.length - most;
  return rest > 0 ? `${items.slice(0, most).join(', ')} and ${rest} more` : items.join(', ');
}
