import type { Json, JsonObject } from '../model/json';
import { constantOf, numberOf } from './kubectl-scalars';

/** Anything but printable ASCII and line feeds: tabs, carriage returns and other scripts have rules of their own. */
const UNUSUAL = /[^\n\x20-\x7e]/;

/** Real manifests stay far below; the parser that knows the limits decides about deeper ones. */
const MOST_LEVELS = 60;

/** Longer keys need a mark of their own. */
const LONGEST_KEY = 256;

/**
 * Reads a document of which every line is written in the plainest way: maps and lists in block form, keys that are
 * words, scalars on the line of their key, plain or in quotes without escapes. Most manifests are, as tools write them so,
 * and this takes a small part of the time of a parser that knows all of YAML.
 *
 * @returns what that parser would return, too; undefined for whatever is not as plain, sound or not
 */
export function parsePlainYaml(text: string): JsonObject | undefined {
  return UNUSUAL.test(text) ? undefined : new PlainReader(text).read();
}

const SPACE = 0x20;
const QUOTE = 0x22;
const HASH = 0x23;
const APOSTROPHE = 0x27;
const DASH = 0x2d;
const COLON = 0x3a;

/** By code: 1 what may stand in a key, 2 what it and a plain scalar may begin with, 4 what only a scalar may begin with. */
const CLASSES = new Uint8Array(128);
const IN_KEY = 1;
const BEGINS_KEY = 2;
const BEGINS_SCALAR = 4;
for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_')
  CLASSES[letter.charCodeAt(0)] = IN_KEY | BEGINS_KEY;
for (const sign of '0123456789./') CLASSES[sign.charCodeAt(0)] = IN_KEY | BEGINS_SCALAR;
CLASSES[DASH] = IN_KEY;

/** A reader of one text; `undefined` wherever it is not plain, which ends the reading. */
class PlainReader {
  /** Of the line that is next: where its content stands, and how far in. Beyond the end of the text: -1. */
  private at = 0;
  private indent = 0;
  /** Behind its last character that is not a space. */
  private end = 0;

  constructor(private readonly text: string) {}

  read(): JsonObject | undefined {
    this.toLine(0);
    if (this.indent !== 0) return undefined;
    const value = this.map(0, 0);
    return this.isAtEnd() ? value : undefined;
  }

  private isAtEnd(): boolean {
    return this.indent < 0;
  }

  /** Goes to the first line from `start` that is neither blank nor a comment. */
  private toLine(start: number): void {
    const { text } = this;
    for (let from = start; from < text.length;) {
      let at = from;
      while (text.charCodeAt(at) === SPACE) at++;
      const newline = text.indexOf('\n', at);
      const stop = newline < 0 ? text.length : newline;
      if (at < stop && text.charCodeAt(at) !== HASH) {
        this.at = at;
        this.indent = at - from;
        this.end = stop;
        while (text.charCodeAt(this.end - 1) === SPACE) this.end--;
        return;
      }
      from = stop + 1;
    }
    this.indent = -1;
  }

  private nextLine(): void {
    const newline = this.text.indexOf('\n', this.end);
    this.toLine(newline < 0 ? this.text.length : newline + 1);
  }

  /** The map whose first key is next, and whose keys stand `indent` far in. */
  private map(indent: number, level: number): JsonObject | undefined {
    if (level > MOST_LEVELS) return undefined;
    const map: JsonObject = {};
    do {
      const colon = this.keyEnd();
      if (colon < 0) return undefined;
      const key = this.text.slice(this.at, colon);
      // The second also refuses what every object has by itself, such as "constructor".
      if (constantOf(key) !== undefined || map[key] !== undefined || key === '__proto__') return undefined;
      const value = this.valueAfter(colon + 1, indent, level);
      if (value === undefined || this.indent > indent) return undefined;
      map[key] = value;
    } while (this.indent === indent && !this.isItem());
    return this.indent === indent ? undefined : map;
  }

  /** Where the colon stands behind the key that is next; -1 when no plain key is. */
  private keyEnd(): number {
    const { text, end } = this;
    let at = this.at;
    if (((CLASSES[text.charCodeAt(at)] ?? 0) & BEGINS_KEY) === 0) return -1;
    while (at < end && ((CLASSES[text.charCodeAt(at)] ?? 0) & IN_KEY) !== 0) at++;
    const isKey =
      at < end &&
      text.charCodeAt(at) === COLON &&
      (at + 1 === end || text.charCodeAt(at + 1) === SPACE) &&
      at - this.at <= LONGEST_KEY;
    return isKey ? at : -1;
  }

  /** What belongs to a key that stands `indent` far in, and goes to the line behind it. @param start behind the colon */
  private valueAfter(start: number, indent: number, level: number): Json | undefined {
    if (start < this.end) return this.scalarLine(start, indent);
    this.nextLine();
    if (this.indent > indent)
      return this.isItem() ? this.list(this.indent, level + 1) : this.map(this.indent, level + 1);
    // A list may stand as far in as its key.
    return this.indent === indent && this.isItem() ? this.list(indent, level + 1) : null;
  }

  /** Whether the next line begins an item of a list. */
  private isItem(): boolean {
    return this.text.charCodeAt(this.at) === DASH && this.text.charCodeAt(this.at + 1) === SPACE;
  }

  private list(indent: number, level: number): Json[] | undefined {
    if (level > MOST_LEVELS) return undefined;
    const list: Json[] = [];
    do {
      const item = this.item(indent, level);
      if (item === undefined || this.indent > indent) return undefined;
      list.push(item);
    } while (this.indent === indent && this.isItem());
    return list;
  }

  private item(indent: number, level: number): Json | undefined {
    const dash = this.at;
    let start = dash + 1;
    while (this.text.charCodeAt(start) === SPACE) start++;
    // A dash by itself.
    if (start >= this.end) return undefined;
    this.at = start;
    if (this.keyEnd() < 0) return this.scalarLine(start, indent);
    this.indent = indent + start - dash;
    return this.map(this.indent, level + 1);
  }

  /**
   * The scalar that stands from `start` to the end of the line, and goes to the next line.
   * @param indent of what it belongs to: what stands further in on the next line would be more of it
   */
  private scalarLine(start: number, indent: number): Json | undefined {
    const { text, end } = this;
    while (text.charCodeAt(start) === SPACE) start++;
    const value = scalar(text, start, end);
    this.nextLine();
    return this.indent > indent ? undefined : value;
  }
}

/** What a text means that stands by itself from `start` to `end`. */
function scalar(text: string, start: number, end: number): Json | undefined {
  const first = text.charCodeAt(start);
  if (first === QUOTE || first === APOSTROPHE) return quoted(text, start, end);
  const written = text.slice(start, end);
  if (written === '{}') return {};
  if (written === '[]') return [];
  // A dash begins a scalar where no blank follows; what else may follow is not worth knowing.
  const begins = CLASSES[first === DASH ? text.charCodeAt(start + 1) : first] ?? 0;
  if (begins === 0) return undefined;
  if (text.charCodeAt(end - 1) === COLON || written.includes(': ') || written.includes(' #'))
    return undefined;
  const constant = constantOf(written);
  if (constant !== undefined) return constant;
  const number = (CLASSES[first] ?? 0) & BEGINS_KEY ? undefined : numberOf(written);
  if (number === undefined) return written;
  return Number.isFinite(number) ? number : undefined;
}

function quoted(text: string, start: number, end: number): string | undefined {
  const quote = text.charCodeAt(start);
  if (end - start < 2 || text.charCodeAt(end - 1) !== quote) return undefined;
  for (let at = start + 1; at < end - 1; at++) {
    const code = text.charCodeAt(at);
    if (code === quote || code === 0x5c) return undefined;
  }
  return text.slice(start + 1, end - 1);
}
