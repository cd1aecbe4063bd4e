/** One document of a file, as text. */
export interface SourceDocument {
  readonly text: string;
  /** Line of its first character in the file, from 1. */
  readonly startLine: number;
  /** What follows `---` on the same line, when that is neither nothing nor a comment: kubectl refuses it. */
  readonly afterSeparator?: string | undefined;
}

/** A line that is more than blanks, a comment, a directive or an end marker. */
const CONTENT_LINE = /^[ \t]*(?!\.\.\.[ \t\r]*$)[^\s#%]/m;

/**
 * Splits a file at the lines that start with `---` and a blank (or nothing), which is how kubectl does it before any
 * YAML is parsed: such a line ends a document wherever it stands.
 */
export function splitDocuments(text: string): SourceDocument[] {
  const documents: SourceDocument[] = [];
  let start = 0;
  let startLine = 1;
  let line = 1;
  let afterSeparator: string | undefined;
  for (let at = 0; at < text.length; line++) {
    const newline = text.indexOf('\n', at);
    const next = newline < 0 ? text.length : newline + 1;
    if (isSeparator(text, at)) {
      if (at > start) documents.push({ text: text.slice(start, at), startLine, afterSeparator });
      const rest = text.slice(at + 3, next).trim();
      afterSeparator = rest === '' || rest.startsWith('#') ? undefined : rest;
      start = next;
      startLine = line + 1;
    }
    at = next;
  }
  if (start < text.length || afterSeparator !== undefined) {
    documents.push({ text: text.slice(start), startLine, afterSeparator });
  }
  return documents.filter((document) => document.afterSeparator !== undefined || !isBlank(document.text));
}

/** Line of the first thing that is not blank and not a comment, from 1, counted in the file. */
export function firstContentLine({ text, startLine }: SourceDocument): number {
  const index = CONTENT_LINE.exec(text)?.index ?? 0;
  return startLine + text.slice(0, index).split('\n').length - 1;
}

function isSeparator(text: string, at: number): boolean {
  if (!text.startsWith('---', at)) return false;
  const after = text[at + 3];
  return after === undefined || after === '\n' || after === '\r' || after === ' ' || after === '\t';
}

/** Nothing but blank lines, comments, end markers and directives. */
function isBlank(text: string): boolean {
  return !CONTENT_LINE.test(text);
}
