import { InvalidArgumentError } from 'commander';
import { wholeNumber } from '../../src/cli/whole-number';

describe('a whole number of the command line', () => {
  it('is read with up to nine digits', () => {
    expect(['0', '007', '999999999'].map(wholeNumber())).toEqual([0, 7, 999_999_999]);
  });

  it.each(['', '-1', '+1', '1.5', '1e3', '0x10', ' 1', 'one', '1000000000'])('is not %j', (text) => {
    expect(() => wholeNumber()(text)).toThrow(InvalidArgumentError);
  });

  it('is no smaller than it may be, and the refusal says so', () => {
    expect(wholeNumber(1)('1')).toBe(1);
    expect(() => wholeNumber(1)('0')).toThrow('Write a whole number from 1.');
  });
});
