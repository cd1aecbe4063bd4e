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
  const lines = new LineNumbers(text);
  let start = 0;
  let separator: number | undefined;
  let afterSeparator: string | undefined;
  for (let at = separatorFrom(text, 0); at >= 0; at = separatorFrom(text, start)) {
    if (at > start) documents.push(new PartOfFile(text.slice(start, at), lines, separator, afterSeparator));
    const newline = text.indexOf('\n', at);
    start = newline < 0 ? text.length : newline + 1;
    separator = at;
    const rest = text.slice(at + 3, start).trim();
    afterSeparator = rest === '' || rest.startsWith('#') ? undefined : rest;
  }
  if (start < text.length || afterSeparator !== undefined) {
    documents.push(new PartOfFile(text.slice(start), lines, separator, afterSeparator));
  }
  return documents.filter((document) => document.afterSeparator !== undefined || !isBlank(document.text));
}

/** A document whose line is worked out when it is asked for. */
class PartOfFile implements SourceDocument {
  constructor(
    readonly text: string,
    private readonly lines: LineNumbers,
    /** Where the line begins that it follows; undefined at the start of the file. */
    private readonly separator: number | undefined,
    readonly afterSeparator: string | undefined,
  ) {}

  get startLine(): number {
    return this.separator === undefined ? 1 : this.lines.at(this.separator) + 1;
  }
}

/** The lines of a text, which are counted once, when the first is asked for. */
class LineNumbers {
  /** Where lines begin, but for the first. */
  private starts: readonly number[] | undefined;

  constructor(private readonly text: string) {}

  /** Line of a character, from 1. */
  at(place: number): number {
    this.starts ??= lineStarts(this.text);
    let [low, high] = [0, this.starts.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.starts[middle] ?? Infinity) <= place) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  }
}

function lineStarts(text: string): number[] {
  const starts: number[] = [];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** Line of the first thing that is not blank and not a comment, from 1, counted in the file. */
export function firstContentLine({ text, startLine }: SourceDocument): number {
  const index = CONTENT_LINE.exec(text)?.index ?? 0;
  return startLine + text.slice(0, index).split('\n').length - 1;
}

/** Where the first line at or behind `start`, itself the start of a line, begins that separates documents; -1 for none. */
function separatorFrom(text: string, start: number): number {
  if (isSeparator(text, start)) return start;
  for (let at = text.indexOf('\n---', start); at >= 0; at = text.indexOf('\n---', at + 1))
    if (isSeparator(text, at + 1)) return at + 1;
  return -1;
}

function isSeparator(text: string, at: number): boolean {
  if (!text.startsWith('---', at)) return false;
  const after = text[at + 3];
  return after === undefined || after === '\n' || after === '\r' || after === ' ' || after === '\t';
}

/** Nothing but blank lines, comments, end markers and directives. */
function isBlank(text: string): boolean {
  // Nearly every document.
  if (/^[a-z]/.test(text)) return false;
  return !CONTENT_LINE.test(text);
}
