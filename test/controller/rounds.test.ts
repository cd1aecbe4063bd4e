import type { Clock } from '../../src/controller/api/clock';
import { IncrementalCompiler, type UnitChange } from '../../src/controller/desired/incremental-compiler';
import { ObservedCluster } from '../../src/controller/observed/observed-cluster';
import { Rounds } from '../../src/controller/rounds';
import { ManualClock, settle } from './manual-clock';
import { clientIntents, deployment, namespace, observed } from './world';

const SETTINGS = { options: {}, reachabilityOptions: {}, dialect: 'kubernetes' as const };

interface Given {
  readonly clock: Clock;
  readonly onRound?: (changes: readonly UnitChange[]) => void;
}

/** Rounds over a cluster of one namespace, and what they were told and said. */
function roundsOf({ clock, onRound = () => undefined }: Given) {
  const cluster = new ObservedCluster([]);
  cluster.put(observed(namespace('shop')), false);
  cluster.put(observed(deployment('shop', 'cart')), false);
  const told: string[][] = [];
  const errors: object[] = [];
  const rounds = new Rounds({
    observed: cluster,
    compiler: new IncrementalCompiler(SETTINGS),
    clock,
    hooks: undefined,
    log: {
      debug: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: (fields) => errors.push(fields),
    },
    onRound: (changes) => {
      told.push(changes.map(({ namespace: name }) => name));
      onRound(changes);
    },
  });
  return { rounds, cluster, told, errors };
}

describe('a round', () => {
  it('comes to an end in a cluster where something changes all the time, and the next begins', async () => {
    const clock = new ManualClock();
    let isBusy = true;
    let count = 0;
    const { rounds, cluster, told } = roundsOf({
      clock: {
        wallTime: () => clock.wallTime(),
        timer: (milliseconds, callback) => clock.timer(milliseconds, callback),
        // Every look at the clock takes 20 ms, and in the meantime something has changed.
        now: () => {
          clock.freeze(20);
          if (isBusy) cluster.put(observed(deployment('shop', 'app', { port: (count += 1) })), false);
          return clock.now();
        },
      },
    });
    rounds.schedule();
    await clock.advance(10);
    for (let turn = 0; turn < 100 && told.length < 2; turn += 1) {
      await settle(5);
      await clock.advance(10);
    }
    isBusy = false;
    await settle(50);
    expect(told.length).toBeGreaterThanOrEqual(2);
    await clock.advance(10);
    expect(rounds.isIdle).toBe(true);
  });

  it('takes together what comes in while it compiles', async () => {
    const clock = new ManualClock();
    const { rounds, cluster, told } = roundsOf({ clock });
    rounds.schedule();
    cluster.put(observed(namespace('billing')), false);
    await clock.advance(10);
    expect(told).toEqual([['shop', 'billing']]);
  });

  it('tells of the same again, and of what has changed since, where what follows from it throws', async () => {
    const clock = new ManualClock();
    let isBroken = true;
    const { rounds, cluster, told, errors } = roundsOf({
      clock,
      onRound: () => {
        if (isBroken) throw new TypeError('no labels of undefined');
      },
    });
    rounds.schedule();
    await clock.advance(10);
    expect(errors).toEqual([
      expect.objectContaining({ error: 'TypeError: no labels of undefined', retryInMs: 1_000 }),
    ]);
    await clock.advance(1_010);
    expect(errors).toHaveLength(2);
    isBroken = false;
    cluster.put(observed(namespace('billing')), false);
    cluster.put(observed(clientIntents('billing', 'ledger', [])), false);
    rounds.schedule();
    await clock.advance(10);
    expect(told).toEqual([['shop'], ['shop'], ['shop', 'billing']]);
    expect([errors.length, rounds.isIdle, clock.waiting]).toEqual([2, true, 0]);
  });
});
