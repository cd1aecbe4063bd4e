import fc from 'fast-check';
import { disagreements, passedOver } from './agreement';
import { faultsOf, run } from './pipeline';
import { changedManifests, changedTexts } from './texts';

// What is judged: that nothing throws, that each finding says where, what and how to mend, that no policy vanishes in
// silence, and that the API server takes an object exactly when reading does.
function holds(text: string): void {
  const outcome = run(text);
  expect(faultsOf(outcome, text)).toEqual([]);
  expect(passedOver(outcome)).toEqual([]);
  expect(disagreements(outcome)).toEqual([]);
}

describe('a manifest', () => {
  it('with changes of its values is read as the API server reads it, or is an error', () => {
    fc.assert(fc.property(changedManifests, holds), { numRuns: 1_500 });
  });

  it('with changes of its text is read as the API server reads it, or is an error', () => {
    fc.assert(fc.property(changedTexts, holds), { numRuns: 500 });
  });
});
