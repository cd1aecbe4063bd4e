import { isAscii, isUtf8 } from 'node:buffer';

/** Longest line that is read, in bytes. A longer one is passed over, whatever its length, and said to be too long. */
export const LONGEST_LINE = 1024 * 1024;

/** What is wrong with a line, or a value of JSON, that cannot be given as text. `stray`: text outside of any value. */
export type LineFault = 'too-long' | 'not-utf8' | 'cut-off' | 'stray';

/** Takes the lines in order, numbered from 1; `fault` says why there is no text. */
export type TakeLine = (text: string, line: number, fault: LineFault | undefined) => void;

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Splits a stream of bytes into lines, in memory that does not grow with it. A line ends with LF, CR LF, or the stream. */
export class LineSplitter {
  private line = 1;
  private rest: Buffer[] = [];
  private restLength = 0;

  constructor(
    private readonly take: TakeLine,
    private readonly longest = LONGEST_LINE,
  ) {}

  push(chunk: Buffer): void {
    // Most logs are ASCII, which is found out for a whole chunk at once and made into text fastest.
    const ascii = isAscii(chunk);
    let start = 0;
    let end = chunk.indexOf(NEWLINE);
    if (end >= 0 && this.restLength > 0) {
      this.keep(chunk.subarray(0, end));
      this.giveRest();
      start = end + 1;
      end = chunk.indexOf(NEWLINE, start);
    }
    for (; end >= 0; start = end + 1, end = chunk.indexOf(NEWLINE, start))
      this.give(chunk, start, end, ascii);
    if (start < chunk.length) this.keep(chunk.subarray(start));
  }

  /** The stream is at its end. */
  end(): void {
    if (this.restLength > 0) this.giveRest();
  }

  private keep(bytes: Buffer): void {
    this.restLength += bytes.length;
    if (this.restLength > this.longest + 1) this.rest = [];
    // A copy: the chunk may be many times as long, and would be kept with it.
    else this.rest.push(Buffer.from(bytes));
  }

  private giveRest(): void {
    if (this.restLength > this.longest + 1) this.take('', this.line++, 'too-long');
    else this.give(Buffer.concat(this.rest), 0, this.restLength, false);
    this.rest = [];
    this.restLength = 0;
  }

  private give(bytes: Buffer, start: number, end: number, ascii: boolean): void {
    const line = this.line++;
    const stop = end > start && bytes[end - 1] === RETURN ? end - 1 : end;
    if (stop - start > this.longest) this.take('', line, 'too-long');
    else if (ascii) this.take(bytes.toString('latin1', start, stop), line, undefined);
    else if (isUtf8(bytes.subarray(start, stop)))
      this.take(bytes.toString('utf8', start, stop), line, undefined);
    else this.take('', line, 'not-utf8');
  }
}
