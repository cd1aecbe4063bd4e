/**
 * Property tests begin from one seed, so that a run says the same of the same code. Look further with
 * `FC_SEED=1234 npx jest`, or from a new seed each time with `FC_SEED=random`; a failure prints its seed and path.
 */
const { readFileSync } = require('node:fs');

const { testPath } = expect.getState();
// Loading fast-check takes a while: only where a test uses it.
if (readFileSync(testPath, 'utf8').includes("from 'fast-check'")) {
  const { FC_SEED = '20220911' } = process.env;
  if (FC_SEED !== 'random') require('fast-check').configureGlobal({ seed: Number(FC_SEED) });
}
