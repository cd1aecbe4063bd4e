import fc from 'fast-check';
import { parse } from 'yaml';
import { printJson } from '../../src/reports/json-stream';
import { escapedInQuotes, isUnseen, shownText } from '../../src/reports/shown-text';

const TERMINAL = '\u009b31m\u2028\u202e\ufeff\u007f';

describe('a text from outside', () => {
  it('is shown without what moves a cursor or cannot be seen', () => {
    expect(shownText('a\u001b[31m\nb')).toBe('a\\u001b[31m\\u000ab');
    expect(shownText(TERMINAL)).toBe('\\u009b31m\\u2028\\u202e\\ufeff\\u007f');
  });

  it('means in JSON and in quotes of YAML what it meant, and has nothing unseen', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.string({ unit: 'binary' }),
            fc.constantFrom('\u009b', '\u2028', '\u202e', '\ufeff', '\u007f'),
          ),
        ),
        (parts) => {
          const text = parts.join('');
          const quoted = escapedInQuotes(JSON.stringify(text));
          expect(isUnseen(quoted)).toBe(false);
          expect(JSON.parse(quoted)).toBe(text);
          expect(parse(quoted)).toBe(text);
        },
      ),
    );
  });

  it('is printed so by every JSON of a command', () => {
    const text = [...printJson([['list', { items: [{ name: TERMINAL }] }]])].join('');
    expect(isUnseen(text)).toBe(false);
    expect(JSON.parse(text)).toEqual({ list: [{ name: TERMINAL }] });
  });
});
