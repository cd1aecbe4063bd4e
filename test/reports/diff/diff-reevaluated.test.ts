import { ChangingWorld, type Moment } from '../../reachability/changing-world';
import { FAMILIES } from '../../oracle/generate';
import { evaluate } from '../../../src/reachability/evaluate';
import type { Compared } from '../../../src/reachability/compare/compared';
import type { Reachability } from '../../../src/reachability/reachability';
import { reevaluate } from '../../../src/reachability/reevaluation/reevaluate';
import { diffOf } from '../../../src/reports/diff/diff';
import { diffDot } from '../../../src/reports/diff/diff-dot';
import { diffJson } from '../../../src/reports/diff/diff-json';
import { diffMarkdown } from '../../../src/reports/diff/diff-markdown';
import { diffSarif } from '../../../src/reports/diff/diff-sarif';
import { diffText } from '../../../src/reports/diff/diff-text';
import { PLAIN } from '../../../src/reports/style';

/** Clusters per family, and the seed of the first. */
const RUNS = Number(process.env['REEVALUATE_RUNS'] ?? 8);
const FIRST = Number(process.env['REEVALUATE_SEED'] ?? 2_000);

/** Every form of the report, each whole. */
function reports(before: Compared, after: Compared): Record<string, string> {
  const diff = diffOf(before, after);
  const sides = { before, after };
  return {
    text: [...diffText(diff, sides, PLAIN)].join(''),
    json: [...diffJson(diff, after.reachability.findings)].join(''),
    markdown: diffMarkdown(diff, sides),
    dot: [...diffDot(diff)].join(''),
    sarif: diffSarif(diff, sides),
  };
}

function side({ cluster }: Moment, reachability: Reachability): Compared {
  return { workloads: cluster.workloads, reachability };
}

describe.each(FAMILIES)(
  'the diff of two %s clusters, the later evaluated on top of the earlier',
  (family) => {
    it('says the same, byte by byte, as from two evaluations from scratch', () => {
      let told = 0;
      for (let seed = FIRST; seed < FIRST + RUNS; seed++) {
        const world = new ChangingWorld(family, seed);
        const first = world.first();
        let last = first;
        // From one object that differs to some dozens: as a pull request may have it, or another cluster altogether.
        for (const steps of [1, 2, 4, 40]) {
          for (let step = 0; step < steps; step++) last = world.next(last);
          const before = side(first, evaluate(first.cluster, first.policies, world.options));
          const whole = side(last, evaluate(last.cluster, last.policies, world.options));
          const { reachability, affected } = reevaluate(before.reachability, last.cluster, last.policies);
          const expected = reports(before, whole);
          const label = `seed ${seed}, ${steps} more`;
          expect([label, reports(before, { ...side(last, reachability), affected })]).toEqual([
            label,
            expected,
          ]);
          if (diffOf(before, whole).pairs.length > 0) told++;
        }
      }
      expect(told).toBeGreaterThan(RUNS);
    });
  },
);
