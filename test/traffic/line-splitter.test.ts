import fc from 'fast-check';
import { LineSplitter, type LineFault } from '../../src/traffic/line-splitter';

type Line = readonly [text: string, line: number, fault: LineFault | undefined];

function split(chunks: readonly Buffer[], longest?: number): Line[] {
  const lines: Line[] = [];
  const splitter = new LineSplitter((...line) => lines.push(line), longest);
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return lines;
}

/** The bytes in pieces that end at these places. */
function pieces(bytes: Buffer, ends: readonly number[]): Buffer[] {
  const cuts = [0, ...ends.map((end) => end % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end));
}

describe('splitting bytes into lines', () => {
  it('gives lines with their numbers, whatever ends them', () => {
    expect(split([Buffer.from('a\r\n\nb\u00e4\nc')])).toEqual([
      ['a', 1, undefined],
      ['', 2, undefined],
      ['bä', 3, undefined],
      ['c', 4, undefined],
    ]);
    expect(split([])).toEqual([]);
  });

  it('gives the same lines in whatever pieces the bytes come', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '\n', '\r', 'ä', '😀', '\u0000', '{') });
    fc.assert(
      fc.property(text, fc.array(fc.nat(), { maxLength: 6 }), (whole, ends) => {
        const bytes = Buffer.from(whole);
        const expected = whole.split('\n').map((line) => line.replace(/\r$/, ''));
        if (whole === '' || whole.endsWith('\n')) expected.pop();
        expect(split(pieces(bytes, ends)).map(([line]) => line)).toEqual(expected);
      }),
    );
  });

  it('passes over a line that is too long, in whatever pieces it comes, and goes on with the next', () => {
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 40 }), fc.array(fc.nat(), { maxLength: 6 }), (length, ends) => {
        const bytes = Buffer.from(`ok\n${'x'.repeat(length)}\nafter`);
        const expected = length > 10 ? ['', 2, 'too-long'] : ['x'.repeat(length), 2, undefined];
        expect(split(pieces(bytes, ends), 10)).toEqual([
          ['ok', 1, undefined],
          expected,
          ['after', 3, undefined],
        ]);
      }),
    );
  });

  it('keeps no more of an endless line than a line may be long', () => {
    const kept: string[] = [];
    const splitter = new LineSplitter((text) => kept.push(text), 1_000);
    const chunk = Buffer.alloc(100_000, 'x');
    for (let piece = 0; piece < 100; piece++) splitter.push(chunk);
    expect((splitter as unknown as { rest: Buffer[] }).rest).toEqual([]);
    splitter.end();
    expect(kept).toEqual(['']);
  });

  it('says which line is not UTF-8, and reads the others', () => {
    const bytes = Buffer.concat([Buffer.from('a\n'), Buffer.from([0x62, 0xff, 0x0a]), Buffer.from('c')]);
    expect(split([bytes])).toEqual([
      ['a', 1, undefined],
      ['', 2, 'not-utf8'],
      ['c', 3, undefined],
    ]);
  });
});
