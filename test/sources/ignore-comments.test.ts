import { findIgnoreComments } from '../../src/sources/ignore-comments';
import { readManifests } from '../../src/sources/manifest';

function found(text: string): unknown[] {
  return findIgnoreComments(text, 'a.yaml').map(({ words, scope }) => [
    words,
    scope.type === 'line' ? scope.line : scope.type,
  ]);
}

describe('comments that ask for findings to be left out', () => {
  it('are for their line, or alone on it for the next line with content', () => {
    expect(found('a: 1 # intents-ignore x-y: why\nb: 2\n')).toEqual([['x-y: why', 1]]);
    expect(found('# intents-ignore x-y: why\n\n# more\n  b: 2\n')).toEqual([['x-y: why', 4]]);
    expect(found('a: 1\n# intents-ignore x: why\n---\nb: 2\n')).toEqual([['x: why', 4]]);
    expect(found('a: 1\n# intents-ignore x: why\n# intents-ignore y: why\nb: 2\n')).toEqual([
      ['x: why', 4],
      ['y: why', 4],
    ]);
  });

  it('are for the whole file, wherever they stand', () => {
    expect(found('# intents-ignore-file x, y: why: this\n---\na: 1\n')).toEqual([
      ['x, y: why: this', 'file'],
    ]);
  });

  it('are found after a comment that ends the file, and with Windows line ends', () => {
    expect(found('a: 1\n# intents-ignore x: why')).toEqual([['x: why', 2]]);
    expect(found('a: 1 # intents-ignore x: why\r\nb: 2\r\n')).toEqual([['x: why', 1]]);
  });

  it('are no texts that look like one', () => {
    expect(
      found('a: |\n  # intents-ignore x: why\nb: "# intents-ignore x: why"\nc: d#intents-ignore x: y\n'),
    ).toEqual([]);
    expect(found('# intents-ignored x: why\n# an intents-ignore x: why\n')).toEqual([]);
  });

  it('come with the manifests of a text', () => {
    const text = '# intents-ignore-file x: why\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n';
    expect(readManifests(text, { file: 'a.yaml' }).ignoreComments).toMatchObject([
      { words: 'x: why', place: { file: 'a.yaml', line: 1 } },
    ]);
    expect(readManifests('a: 1', { file: 'a.yaml' }).ignoreComments).toEqual([]);
  });
});
