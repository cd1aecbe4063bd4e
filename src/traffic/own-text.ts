/** V8 copies what is shorter anyway. */
const SHORT = 13;

/**
 * A copy of a text that was cut out of a longer one: such a piece keeps the whole of it in memory, which for a line of a
 * log may be a megabyte. For what is kept.
 */
export function ownText(text: string): string {
  return text.length < SHORT ? text : Buffer.from(text, 'utf16le').toString('utf16le');
}
