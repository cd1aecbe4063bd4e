import { isUtf8 } from 'node:buffer';
import { LONGEST_LINE, type TakeLine } from './line-splitter';

/** Lists of records inside an answer, by the keys that lead to them: their items are values of their own. */
export const RECORD_LISTS: ReadonlySet<string> = new Set(['items', 'flows', 'data.result', 'hits.hits']);

/** The deepest of these lists is in an object at this depth. */
const DEEPEST_LIST = 2;
/** No key of these is longer. */
const LONGEST_KEY = 16;

const [QUOTE, BACKSLASH, COLON, COMMA, NEWLINE, SPACE] = [0x22, 0x5c, 0x3a, 0x2c, 0x0a, 0x20] as const;
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST] = [0x7b, 0x7d, 0x5b, 0x5d] as const;

interface Value {
  readonly line: number;
  readonly depth: number;
  readonly parts: Buffer[];
  length: number;
}

/**
 * Splits a stream of JSON that is not one value a line into the texts of its objects: objects one after another however
 * they are laid out, items of a list, and items of the {@link RECORD_LISTS} inside an answer. Memory does not grow with
 * the stream: an object longer than a line may be is passed over. After an object that breaks off, the next one that
 * begins a line is found again.
 */
export class JsonValues {
  private line = 1;
  private depth = 0;
  private inText = false;
  private escaped = false;
  /** Depth inside the list whose items are values; 0 where there is none. */
  private listDepth = 0;
  /** In an object that has such a list: it is no value itself. */
  private inAnswer = false;
  /** The key that was read last, by depth. */
  private readonly keys: string[] = [];
  private word = '';
  private value: Value | undefined;
  /** Where what is read of the value begins in this chunk. */
  private start = 0;
  private strayLine = 0;
  /** The last byte outside of texts that is no space. */
  private before = COMMA as number;
  private lineBegins = true;

  constructor(
    private readonly take: TakeLine,
    private readonly longest = LONGEST_LINE,
  ) {}

  push(chunk: Buffer): void {
    this.start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (byte === NEWLINE) this.endLine();
      else {
        if (this.inText) this.insideText(byte);
        else if (byte > SPACE) this.outsideText(byte, at, chunk);
        this.lineBegins = false;
      }
    }
    this.keep(chunk, chunk.length);
  }

  /** The stream is at its end. */
  end(): void {
    this.giveUp();
  }

  private endLine(): void {
    this.line++;
    this.lineBegins = true;
    // No text goes over a line: its end is lost, and the value with it, but not all that follows.
    this.inText = this.escaped = false;
  }

  private insideText(byte: number): void {
    if (this.escaped) this.escaped = false;
    else if (byte === BACKSLASH) this.escaped = true;
    else if (byte === QUOTE) this.inText = false;
    else if (this.depth <= DEEPEST_LIST && this.word.length <= LONGEST_KEY)
      this.word += String.fromCharCode(byte);
  }

  private outsideText(byte: number, at: number, chunk: Buffer): void {
    if (byte === OPEN_OBJECT || byte === OPEN_LIST) this.open(byte, at);
    else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) this.close(at, chunk);
    else {
      this.inText = byte === QUOTE;
      if (byte === QUOTE) this.word = '';
      else if (byte === COLON && this.depth <= DEEPEST_LIST) this.keys[this.depth] = this.word;
      if (byte !== COMMA && this.value === undefined && this.isBetweenValues()) this.stray();
    }
    this.before = byte;
  }

  private isBetweenValues(): boolean {
    return this.depth === 0 || (this.listDepth > 0 && this.depth === this.listDepth);
  }

  private open(byte: number, at: number): void {
    if (byte === OPEN_OBJECT && this.lineBegins && this.brokeOff()) this.startAgain();
    if (byte === OPEN_LIST && this.isRecordList()) {
      this.inAnswer = this.depth > 0;
      this.listDepth = this.depth + 1;
      this.value = undefined;
    } else if (
      byte === OPEN_OBJECT &&
      this.value === undefined &&
      this.isBetweenValues() &&
      !this.inOldAnswer()
    ) {
      this.value = { line: this.line, depth: this.depth, parts: [], length: 0 };
      this.start = at;
    }
    this.depth++;
    if (this.depth <= DEEPEST_LIST) this.keys[this.depth] = '';
  }

  /** After the list in an answer. */
  private inOldAnswer(): boolean {
    return this.inAnswer && this.listDepth === 0;
  }

  private isRecordList(): boolean {
    if (this.listDepth > 0 || this.inAnswer || this.depth > DEEPEST_LIST) return false;
    return this.depth === 0 || RECORD_LISTS.has(this.keys.slice(1, this.depth + 1).join('.'));
  }

  /** An object at the very beginning of a line, where nothing may follow but a comma or an end. */
  private brokeOff(): boolean {
    const wanted = this.before === COLON || this.before === COMMA || this.before === OPEN_LIST;
    return this.depth > 0 && !wanted;
  }

  private startAgain(): void {
    this.giveUp();
    this.depth = this.listDepth = 0;
    this.inAnswer = false;
  }

  private close(at: number, chunk: Buffer): void {
    if (this.depth === 0) {
      this.stray();
      return;
    }
    this.depth--;
    if (this.depth < this.listDepth) this.listDepth = 0;
    if (this.depth === 0) this.inAnswer = false;
    if (this.depth === this.value?.depth) this.give(chunk, at + 1);
  }

  private stray(): void {
    if (this.strayLine !== this.line) this.take('', this.line, 'stray');
    this.strayLine = this.line;
  }

  private keep(chunk: Buffer, end: number): void {
    const { value, start } = this;
    if (value === undefined) return;
    value.length += end - start;
    if (value.length > this.longest) value.parts.length = 0;
    else value.parts.push(Buffer.from(chunk.subarray(start, end)));
    this.start = 0;
  }

  private give(chunk: Buffer, end: number): void {
    this.keep(chunk, end);
    const { value } = this;
    if (value === undefined) return;
    this.value = undefined;
    const bytes = Buffer.concat(value.parts);
    if (value.length > this.longest) this.take('', value.line, 'too-long');
    else if (isUtf8(bytes)) this.take(bytes.toString('utf8'), value.line, undefined);
    else this.take('', value.line, 'not-utf8');
  }

  private giveUp(): void {
    if (this.value !== undefined)
      this.take('', this.value.line, this.value.length > this.longest ? 'too-long' : 'cut-off');
    this.value = undefined;
  }
}
