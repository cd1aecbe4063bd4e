import fc from 'fast-check';
import { packRuns, runsCount, runsHave, unpackRuns } from '../../../src/reports/map/runs';

describe('packed lists of numbers', () => {
  it('keep every number once, ascending', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60)), fc.nat(60), (numbers, asked) => {
        const packed = packRuns(numbers);
        expect(unpackRuns(packed)).toEqual([...new Set(numbers)].sort((a, b) => a - b));
        expect(runsCount(packed)).toBe(new Set(numbers).size);
        expect(runsHave(packed, asked)).toBe(numbers.includes(asked));
      }),
    );
  });

  it('write neighbours as one part', () => {
    expect(packRuns([3, 1, 2, 7])).toBe('1-3,7');
    expect(packRuns([])).toBe('');
  });
});
