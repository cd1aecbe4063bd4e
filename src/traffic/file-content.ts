import { decideFormat, HEAD_LENGTH, printDecision } from './decide-format';
import { openReader, unreadable, type Emit, type FlowReader } from './flow-reader';
import { foreignContent } from './foreign-content';
import type { FormatChoice } from './formats/flow-format';

/** The content of one file, unpacked and piece by piece: its beginning decides how all of it is read. */
export class FileContent {
  private head: Buffer[] = [];
  private headLength = 0;
  private reader: FlowReader | undefined;
  private isForeign = false;

  constructor(
    private readonly file: string,
    private readonly choice: FormatChoice,
    private readonly emit: Emit,
    private readonly onFormat: (title: string | undefined) => void,
  ) {}

  /** Whether more of it can be of use. */
  push(chunk: Buffer): boolean {
    if (this.reader !== undefined) this.reader.push(chunk);
    else {
      this.head.push(chunk);
      this.headLength += chunk.length;
      if (this.headLength >= HEAD_LENGTH) this.decide(false);
    }
    return !this.isForeign;
  }

  /** The file is at its end. */
  end(): void {
    if (this.reader === undefined && !this.isForeign) this.decide(true);
    this.reader?.end();
  }

  private decide(isWhole: boolean): void {
    const all = Buffer.concat(this.head);
    this.head = [];
    const place = { file: this.file, line: 1 };
    if (all.length === 0) {
      this.onFormat(undefined);
      this.emit({ kind: 'skipped', reason: 'an empty file', place });
      return;
    }
    const foreign = foreignContent(all);
    const decision =
      foreign === undefined ? decideFormat(all.subarray(0, HEAD_LENGTH), isWhole, this.choice) : undefined;
    this.onFormat(decision === undefined ? undefined : printDecision(decision));
    if (decision === undefined) {
      this.isForeign = true;
      this.emit(unreadable(foreign ?? 'the whole file is of no format that is known', place));
      return;
    }
    this.reader = openReader(decision, this.file, this.emit);
    this.reader.push(all);
  }
}
