import fc from 'fast-check';
import { splitDocuments, type SourceDocument } from '../../src/sources/document';

/** Line by line, as kubectl goes through a file. */
function lineByLine(text: string): SourceDocument[] {
  const documents: SourceDocument[] = [];
  let [start, startLine, line] = [0, 1, 1];
  let afterSeparator: string | undefined;
  for (let at = 0; at < text.length; line++) {
    const newline = text.indexOf('\n', at);
    const next = newline < 0 ? text.length : newline + 1;
    if (/^---(?:[ \t\r\n]|$)/.test(text.slice(at, at + 4))) {
      if (at > start) documents.push({ text: text.slice(start, at), startLine, afterSeparator });
      const rest = text.slice(at + 3, next).trim();
      afterSeparator = rest === '' || rest.startsWith('#') ? undefined : rest;
      [start, startLine] = [next, line + 1];
    }
    at = next;
  }
  if (start < text.length || afterSeparator !== undefined)
    documents.push({ text: text.slice(start), startLine, afterSeparator });
  return documents.filter(
    (document) =>
      document.afterSeparator !== undefined || /^[ \t]*(?!\.\.\.[ \t\r]*$)[^\s#%]/m.test(document.text),
  );
}

function split(text: string): SourceDocument[] {
  return splitDocuments(text).map(({ text: part, startLine, afterSeparator }) => ({
    text: part,
    startLine,
    afterSeparator,
  }));
}

describe('documents of a file', () => {
  it('end at lines of three dashes, and know their lines in the file', () => {
    expect(split('a: 1\n---\nb: 2\n--- # c\n\nc: 3')).toEqual([
      { text: 'a: 1\n', startLine: 1, afterSeparator: undefined },
      { text: 'b: 2\n', startLine: 3, afterSeparator: undefined },
      { text: '\nc: 3', startLine: 5, afterSeparator: undefined },
    ]);
  });

  it('are those of a walk from line to line', () => {
    const line = fc.constantFrom(
      ...[
        '---',
        '---\r',
        '--- ',
        '--- a',
        '---\t# c',
        '----',
        '---a',
        ' ---',
        'a: 1',
        'b',
        'B',
        '1',
        '# c',
        '',
        ' ',
        '...',
        '%T',
        '- x',
        '--',
      ],
    );
    const text = fc
      .tuple(fc.array(line, { maxLength: 9 }), fc.constantFrom('\n', '\r\n'), fc.constantFrom('', '\n'))
      .map(([lines, end, last]) => lines.join(end) + last);
    fc.assert(
      fc.property(text, (written) => {
        expect(split(written)).toEqual(lineByLine(written));
      }),
      { numRuns: 3_000 },
    );
  });
});
