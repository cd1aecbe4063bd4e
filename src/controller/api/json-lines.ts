const LINE_FEED = 0x0a;

/**
 * Cuts a stream of bytes into lines. A character that is spread over two chunks, and a line over many, come out whole.
 * @param most length of a line, in bytes, from which on the stream is taken to be something else
 */
export class LineSplitter {
  private parts: Buffer[] = [];
  private length = 0;

  constructor(
    private readonly onLine: (line: string) => void,
    private readonly most = 64 * 1024 * 1024,
  ) {}

  /** @throws RangeError when a line gets too long */
  write(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      this.add(chunk.subarray(start, end));
      this.flush();
      start = end + 1;
    }
    if (start < chunk.length) this.add(chunk.subarray(start));
  }

  private add(part: Buffer): void {
    this.length += part.length;
    if (this.length > this.most) throw new RangeError(`a line is longer than ${this.most} bytes`);
    this.parts.push(part);
  }

  private flush(): void {
    const line = Buffer.concat(this.parts, this.length).toString('utf8').trim();
    this.parts = [];
    this.length = 0;
    if (line !== '') this.onLine(line);
  }
}
