import { driftSummary, driftWords, fileDrifts } from '../../../src/reports/diff/drift';

const NOTHING = { pairs: [], isolation: [], added: [], removed: [], rolls: [] };

/** One file on each side. */
const compare = (committed: string, fresh: string) =>
  fileDrifts([{ name: 'a.yaml', text: committed }], [{ name: 'a.yaml', text: fresh }]);

describe('files that drift', () => {
  it('are none where the texts are equal', () => {
    expect(compare('a: 1\n', 'a: 1\n')).toEqual([]);
  });

  it('name the line behind the end where one text goes on', () => {
    expect(compare('a: 1\nb: 2', 'a: 1\nb: 2\nc: 3')).toEqual([
      { change: 'changed', name: 'a.yaml', line: 3, committed: undefined, fresh: 'c: 3', lineEndings: false },
    ]);
    expect(compare('a: 1\nb: 2\nc: 3', 'a: 1')).toMatchObject([
      { line: 2, committed: 'b: 2', fresh: undefined },
    ]);
  });

  it('see a newline that is missing at the end', () => {
    expect(compare('a: 1', 'a: 1\n')).toMatchObject([{ line: 2, fresh: '' }]);
  });

  it('are sorted by name, whatever sides they are on', () => {
    const file = (name: string) => ({ name, text: '' });
    expect(fileDrifts([file('b'), file('d')], [file('c'), file('a')]).map(driftWords)).toEqual([
      'missing',
      'left over',
      'missing',
      'left over',
    ]);
  });

  it('are told in one line', () => {
    const files = [...compare('a', 'b'), ...fileDrifts([{ name: 'x', text: '' }], [{ name: 'y', text: '' }])];
    const drift = {
      committed: 'dist',
      fresh: 'what a fresh synth writes',
      compared: 3,
      files,
      diff: NOTHING,
    };
    expect(driftSummary(drift)).toBe(
      'dist is not what a fresh synth writes: 1 file differs, 1 file missing, 1 file left over',
    );
  });
});
