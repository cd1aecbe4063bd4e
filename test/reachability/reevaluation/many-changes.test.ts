import { FAMILIES } from '../../oracle/generate';
import { evaluate } from '../../../src/reachability/evaluate';
import type { Reachability } from '../../../src/reachability/reachability';
import { reevaluate } from '../../../src/reachability/reevaluation/reevaluate';
import { connectionsOf, peerName, peersOf } from '../answers-of';
import { ChangingWorld, type Moment } from '../changing-world';

/** Changes in a row, all families together; every so many of them the answers are compared with an evaluation from scratch. */
const CHANGES = Number(process.env['REEVALUATE_CHANGES'] ?? 2_000);
const FIRST = Number(process.env['REEVALUATE_SEED'] ?? 77);
const COMPARED_EVERY = 19;

/** How many distinct objects hang on a value, and how many evaluations are among them. */
function retained(root: object): { readonly objects: number; readonly evaluations: number } {
  const seen = new Set<object>([root]);
  let evaluations = 0;
  const visit = (value: unknown): void => {
    if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) seen.add(value);
  };
  for (const value of seen) {
    if (/Evaluation$/.test(value.constructor?.name ?? '')) evaluations++;
    if (value instanceof Map || value instanceof Set) {
      for (const [key, item] of value.entries()) [key, item].forEach(visit);
    }
    Object.values(value).forEach(visit);
  }
  return { objects: seen.size, evaluations };
}

/** What is asked of the whole model, but for groups: those are drawn from an evaluation of the whole. */
function answers(reachability: Reachability, { cluster }: Moment): unknown {
  return {
    addresses: reachability.addresses.map(peerName),
    findings: reachability.findings,
    connections: [...connectionsOf(reachability, peersOf(cluster, reachability.addresses))],
  };
}

describe(`${CHANGES} changes, those of a family in a row, each evaluated on top of the one before`, () => {
  it.each(FAMILIES)('answer as from scratch, and keep no earlier answers: %s', (family) => {
    const world = new ChangingWorld(family, FIRST);
    const { options } = world;
    let now = world.first();
    let last: Reachability = evaluate(now.cluster, now.policies, options);
    for (let step = 0; step < CHANGES / FAMILIES.length; step++) {
      now = world.next(now);
      last = reevaluate(last, now.cluster, now.policies).reachability;
      if (step % COMPARED_EVERY !== 0) continue;
      const fresh = evaluate(now.cluster, now.policies, options);
      expect([family, step, answers(last, now)]).toEqual([family, step, answers(fresh, now)]);
      // What was evaluated last, and what it stands on: never the evaluations between.
      expect(retained(last).evaluations).toBeLessThanOrEqual(3);
    }
  });

  it('retain no more after hundreds of changes to and fro than after a few', () => {
    const world = new ChangingWorld('mixed', FIRST);
    const first = world.first();
    const moments = [first];
    for (let step = 0; step < 10; step++) moments.push(world.next(moments.at(-1) ?? first));
    let last: Reachability = evaluate(first.cluster, first.policies, world.options);
    const go = (times: number): number => {
      for (let step = 0; step < times; step++) {
        const moment = moments[step % moments.length] ?? first;
        last = reevaluate(last, moment.cluster, moment.policies).reachability;
        expect(answers(last, moment)).toBeDefined();
      }
      return retained(last).objects;
    };
    const few = go(5 * moments.length);
    expect(go(25 * moments.length)).toBeLessThan(1.1 * few);
  });
});
