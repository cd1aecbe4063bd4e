import { FAMILIES } from '../../oracle/generate';
import { evaluate } from '../../../src/reachability/evaluate';
import type { Reachability, ReachabilityOptions } from '../../../src/reachability/reachability';
import { reevaluate, type Reevaluation } from '../../../src/reachability/reevaluation/reevaluate';
import { connectionsOf, explanationsOf, peersOf, sidesOf, wholeOf } from '../answers-of';
import { ChangingWorld, type Moment } from '../changing-world';
import { missed } from './changed-model';

/** Clusters per family, and the seed of the first; each goes through {@link STEPS} changes. */
const RUNS = Number(process.env['REEVALUATE_RUNS'] ?? 8);
const FIRST = Number(process.env['REEVALUATE_SEED'] ?? 1);
const STEPS = 8;

interface Step {
  readonly label: string;
  readonly before: Moment;
  readonly after: Moment;
  readonly earlier: Reachability;
  readonly result: Reevaluation;
  readonly fresh: Reachability;
  readonly options: ReachabilityOptions;
}

/** Sequences of changes, each evaluated on top of the one before. */
function* steps(family: (typeof FAMILIES)[number]): Generator<Step> {
  for (let seed = FIRST; seed < FIRST + RUNS; seed++) {
    // With kube-network-policies a NetworkPolicy decides as well where Baseline policies hold.
    const plugin = family === 'admin' && seed % 2 === 0 ? 'kube-network-policies' : undefined;
    const world = new ChangingWorld(family, seed, plugin);
    const { options } = world;
    let before = world.first();
    let earlier = evaluate(before.cluster, before.policies, options);
    for (let step = 0; step < STEPS; step++) {
      const after = world.next(before);
      const result = reevaluate(earlier, after.cluster, after.policies);
      const fresh = evaluate(after.cluster, after.policies, options);
      yield {
        label: `${family}, seed ${seed}, step ${step}`,
        before,
        after,
        earlier,
        result,
        fresh,
        options,
      };
      // Whole-model questions give later steps another base.
      if (step === 4) result.reachability.groups();
      [before, earlier] = [after, result.reachability];
    }
  }
}

describe.each(FAMILIES)('re-evaluation of %s clusters', (family) => {
  it('answers as an evaluation from scratch, pair by pair and workload by workload', () => {
    for (const { label, after, result, fresh } of steps(family)) {
      const peers = peersOf(after.cluster, fresh.addresses);
      const answers = (reachability: Reachability): unknown => ({
        label,
        connections: [...connectionsOf(reachability, peers)],
        sides: sidesOf(reachability, after.cluster, peers),
        explanations: explanationsOf(reachability, peers),
      });
      expect(answers(result.reachability)).toEqual(answers(fresh));
    }
  });

  it('answers questions about the whole model as an evaluation from scratch', () => {
    for (const { label, result, fresh } of steps(family)) {
      expect([label, wholeOf(result.reachability)]).toEqual([label, wholeOf(fresh)]);
    }
  });

  it('leaves the earlier answers as they were', () => {
    for (const { label, options, before, after, earlier } of steps(family)) {
      const again = evaluate(before.cluster, before.policies, options);
      const peers = peersOf(before.cluster, again.addresses);
      const answers = (reachability: Reachability): unknown => [
        label,
        [...connectionsOf(reachability, peers)],
        sidesOf(reachability, before.cluster, peers),
      ];
      reevaluate(earlier, after.cluster, after.policies);
      expect(answers(earlier)).toEqual(answers(again));
    }
  });

  it('mostly looks at nothing but what the change can reach', () => {
    const all = [...steps(family)];
    const whole = all.filter(({ result }) => result.whole !== undefined).length;
    expect(whole / all.length).toBeLessThan(0.4);
  });

  it('names every workload whose connections are others', () => {
    for (const { label, options, before, after, result } of steps(family)) {
      const past = evaluate(before.cluster, before.policies, options);
      expect([label, missed(result, past, before.cluster, after.cluster)]).toEqual([label, []]);
    }
  });
});
