/** What moves the cursor, ends a line somewhere, turns the direction of writing, or cannot be seen. */
const UNSHOWN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** What is longer is cut: a name may be as long as a line of the log. */
const LONGEST = 300;

/**
 * A text from outside as it may be shown: on a terminal, in a comment, in a table. One line, nothing that the reader
 * would not see, never longer than a few lines of a screen.
 */
export function shownText(text: string, longest = LONGEST): string {
  const cut = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return cut.replace(UNSHOWN, (found) => `\\u${(found.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);
}

/** The same of a text of several lines, however long, whose line breaks are meant. */
export function shownLines(text: string): string {
  return text
    .split('\n')
    .map((line) => shownText(line, Infinity))
    .join('\n');
}

/** A moment as people and machines read it, to the second: `2026-11-01T09:00:00Z`; undefined for one out of reach of dates. */
export function shownTime(milliseconds: number | undefined): string | undefined {
  if (milliseconds === undefined || !(Math.abs(milliseconds) <= 8.64e15)) return undefined;
  return new Date(Math.floor(milliseconds / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}

/** What JSON leaves as it is in a string, and a terminal takes for a command, or nobody sees: C1, ends of lines, directions. */
const UNSEEN = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** Whether a text has something that {@link escapedInQuotes} escapes. */
export function isUnseen(text: string): boolean {
  return text.search(UNSEEN) >= 0;
}

/**
 * JSON, or YAML in which such characters stand in double quotes only, with escapes for what would not be seen. It means
 * what it meant: who prints it on a terminal sees all that is in it, and nothing moves the cursor.
 */
export function escapedInQuotes(text: string): string {
  return text.replace(UNSEEN, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
