import { disagreement, report } from './compare';
import { FAMILIES, generate } from './generate';
import { openEvaluator } from './subject';

/** Clusters per family, and the seed of the first: `ORACLE_SEED=17 ORACLE_RUNS=1` runs one cluster again. */
const RUNS = Number(process.env['ORACLE_RUNS'] ?? 150);
const FIRST = Number(process.env['ORACLE_SEED'] ?? 1);
/** Packets per cluster. */
const SAMPLE = 60;
const MOST_REPORTS = 20;

describe('the evaluator against the packet-by-packet oracle', () => {
  it.each(FAMILIES)(`agrees on %s clusters from seed ${FIRST} on`, (family) => {
    // All of them, so that a long run is not cut short by the first.
    const reports: string[] = [];
    for (let seed = FIRST; seed < FIRST + RUNS && reports.length < MOST_REPORTS; seed++) {
      const scenario = generate(family, seed);
      const found = disagreement(scenario, openEvaluator, SAMPLE);
      if (found !== undefined) reports.push(report(scenario, found, openEvaluator));
    }
    expect(reports).toEqual([]);
  });
});
