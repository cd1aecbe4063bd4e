import {
  LeaderElection,
  LeaseLost,
  type ElectionEvent,
} from '../../../src/controller/leader-election/leader-election';
import { aborted, FakeLease, replicasClock, type FakeStore } from './fake-cluster';
import type { ManualClock } from '../manual-clock';
import { sleep } from '../../../src/controller/api/clock';

const LEASE = { namespace: 'intents', name: 'intents-controller' };

class Replica {
  readonly election: LeaderElection;
  readonly events: ElectionEvent[] = [];
  readonly stop = new AbortController();
  /** Whether its work runs, and why the last term ended. */
  working = false;
  reason: unknown;
  /** Time that the work takes to end once it is told to. */
  drain = 0;
  readonly ended: Promise<void>;

  constructor(
    readonly name: string,
    readonly clock: ManualClock,
    readonly store: FakeStore,
  ) {
    this.election = new LeaderElection({
      lease: LEASE,
      identity: name,
      store,
      clock,
      random: () => 0.5,
      onEvent: (event) => this.events.push(event),
    });
    this.ended = this.election.run(this.stop.signal, (signal) => this.lead(signal));
  }

  private async lead(signal: AbortSignal): Promise<void> {
    this.working = true;
    await aborted(signal);
    this.reason = signal.reason;
    await sleep(this.clock, this.drain);
    this.working = false;
  }

  saw(type: ElectionEvent['type']): boolean {
    return this.events.some((event) => event.type === type);
  }
}

function cluster(): { clock: ManualClock; lease: FakeLease; replica: (name: string) => Replica } {
  const clock = replicasClock();
  const lease = new FakeLease();
  return { clock, lease, replica: (name) => new Replica(name, clock, lease.store()) };
}

describe('an election', () => {
  it('has one leader, who goes on leading', async () => {
    const { clock, lease, replica } = cluster();
    const [a, b] = [replica('a'), replica('b')];
    for (let second = 0; second < 120; second++) {
      await clock.advance(1000);
      expect([a.election.leads, b.election.leads]).toEqual([true, false]);
    }
    expect([a.working, b.working]).toEqual([true, false]);
    expect(lease.manifest).toMatchObject({
      metadata: LEASE,
      spec: {
        holderIdentity: 'a',
        leaseDurationSeconds: 15,
        leaseTransitions: 0,
        acquireTime: '2026-01-01T00:00:00.000000Z',
        renewTime: '2026-01-01T00:02:00.000000Z',
      },
    });
    expect(b.events).toEqual([{ type: 'following', leader: 'a' }]);
  });

  it('costs a leader one request in a period, and the others one read', async () => {
    const { clock, replica } = cluster();
    const a = replica('a');
    await clock.advance(1);
    const b = replica('b');
    await clock.advance(60_000);
    expect(a.store.asked).toEqual(['read', 'create', ...Array<string>(30).fill('update')]);
    expect(new Set(b.store.asked)).toEqual(new Set(['read']));
    expect(b.store.asked.length).toBeLessThanOrEqual(31);
  });

  it('hands over within a period and its jitter when the leader is told to end', async () => {
    const { clock, lease, replica } = cluster();
    const [a, b] = [replica('a'), replica('b')];
    await clock.advance(10_000);
    a.stop.abort();
    await clock.advance(0);
    await a.ended;
    expect({ holder: lease.holder, reason: a.reason instanceof LeaseLost }).toEqual({
      holder: '',
      reason: false,
    });
    expect(a.saw('released')).toBe(true);
    await clock.advance(2_400);
    expect([a.working, b.working]).toEqual([false, true]);
    expect(lease.manifest).toMatchObject({ spec: { holderIdentity: 'b', leaseTransitions: 1 } });
  });

  it('keeps the lease while the work drains, and gives it back only after', async () => {
    const { clock, lease, replica } = cluster();
    const [a, b] = [replica('a'), replica('b')];
    a.drain = 40_000;
    await clock.advance(5_000);
    a.stop.abort();
    for (let second = 0; second < 39; second++) {
      await clock.advance(1000);
      expect([a.working, b.working, a.election.leads, lease.holder]).toEqual([true, false, true, 'a']);
    }
    await clock.advance(4_000);
    expect([a.working, b.working]).toEqual([false, true]);
  });

  it('lets another lead after a crash, once the lease has run out', async () => {
    const { clock, lease, replica } = cluster();
    const a = replica('a');
    await clock.advance(4_000);
    const b = replica('b');
    // A process that is gone renews no more and gives nothing back.
    a.store.hangs = true;
    await clock.advance(14_000);
    expect(b.working).toBe(false);
    await clock.advance(4_000);
    expect([b.working, lease.holder]).toEqual([true, 'b']);
  });
});

describe('a leader that cannot renew', () => {
  it('stops before another one starts, and follows when it gets through again', async () => {
    const { clock, replica } = cluster();
    const [a, b] = [replica('a'), replica('b')];
    await clock.advance(4_000);
    a.store.down = true;
    let both = false;
    let stopped = -1;
    for (let step = 0; step < 400; step++) {
      await clock.advance(50);
      both ||= (a.election.leads || a.working) && (b.election.leads || b.working);
      if (stopped < 0 && !a.working) stopped = clock.now();
    }
    expect(both).toBe(false);
    // The last renewal began at 4 s.
    expect(stopped).toBeGreaterThan(13_900);
    expect(stopped).toBeLessThanOrEqual(14_050);
    expect(a.reason).toBeInstanceOf(LeaseLost);
    expect(b.working).toBe(true);
    a.store.down = false;
    await clock.advance(5_000);
    expect(a.events.at(-1)).toEqual({ type: 'following', leader: 'b' });
  });

  it('stops at the deadline too when requests hang', async () => {
    const { clock, replica } = cluster();
    const a = replica('a');
    await clock.advance(4_000);
    a.store.hangs = true;
    await clock.advance(9_950);
    expect(a.working).toBe(true);
    await clock.advance(100);
    expect([a.working, a.saw('lost')]).toEqual([false, true]);
  });

  it('goes on leading through a gap that is shorter than the deadline', async () => {
    const { clock, replica } = cluster();
    const [a, b] = [replica('a'), replica('b')];
    await clock.advance(4_000);
    a.store.down = true;
    await clock.advance(7_500);
    a.store.down = false;
    await clock.advance(30_000);
    expect([a.working, b.working, a.saw('lost')]).toEqual([true, false, false]);
  });

  it('knows that it does not lead when it was held up, before anything else has noticed', async () => {
    const { clock, replica } = cluster();
    const a = replica('a');
    await clock.advance(4_000);
    clock.freeze(11_000);
    expect([a.working, a.election.leads]).toEqual([true, false]);
  });
});

describe('a lease that others change', () => {
  it('is lost when somebody else is in it', async () => {
    const { clock, lease, replica } = cluster();
    const a = replica('a');
    await clock.advance(4_000);
    const { manifest } = lease;
    lease.write({ ...manifest, spec: { ...(manifest?.['spec'] as object), holderIdentity: 'thief' } });
    await clock.advance(2_000);
    expect(a.working).toBe(false);
    expect(a.events).toContainEqual({ type: 'lost', why: 'thief has taken it' });
    expect(lease.holder).toBe('thief');
  });

  it('is lost when somebody deletes it, and stood for again', async () => {
    const { clock, lease, replica } = cluster();
    const a = replica('a');
    await clock.advance(4_000);
    lease.manifest = undefined;
    await clock.advance(2_000);
    expect(a.events).toContainEqual({ type: 'lost', why: 'somebody has deleted it' });
    await clock.advance(3_000);
    expect([a.working, lease.holder]).toEqual([true, 'a']);
  });

  it('is kept, with what others wrote into it, when it is still ours', async () => {
    const { clock, lease, replica } = cluster();
    const a = replica('a');
    await clock.advance(4_000);
    const metadata = { ...(lease.manifest?.['metadata'] as object), labels: { team: 'platform' } };
    lease.write({ ...lease.manifest, metadata });
    await clock.advance(4_000);
    expect([a.working, a.saw('lost')]).toEqual([true, false]);
    expect(lease.manifest).toMatchObject({ metadata: { labels: { team: 'platform' } } });
    expect(lease.manifest).toMatchObject({ spec: { renewTime: '2026-01-01T00:00:08.000000Z' } });
  });
});

describe('clocks', () => {
  it('of two machines are never compared: days apart, one leads', async () => {
    const lease = new FakeLease();
    const [early, late] = [replicasClock(), replicasClock()];
    late.day += 3 * 86_400_000;
    const a = new Replica('a', early, lease.store());
    await early.advance(0);
    const b = new Replica('b', late, lease.store());
    for (let second = 0; second < 40; second++) {
      await early.advance(1000);
      await late.advance(1000);
      expect([a.working, b.working]).toEqual([true, false]);
    }
  });

  it('may jump: the time of day is only written', async () => {
    const { clock, replica } = cluster();
    const [a, b] = [replica('a'), replica('b')];
    await clock.advance(4_000);
    clock.day += 3_600_000;
    await clock.advance(10_000);
    clock.day -= 7_200_000;
    await clock.advance(30_000);
    expect([a.working, b.working, a.saw('lost')]).toEqual([true, false, false]);
  });
});

describe('what can go wrong', () => {
  it('is an error of the work: it ends the election, and gives the lease back', async () => {
    const clock = replicasClock();
    const lease = new FakeLease();
    const store = lease.store();
    const election = new LeaderElection({ lease: LEASE, identity: 'a', store, clock, random: () => 0.5 });
    const run = election.run(new AbortController().signal, () => Promise.reject(new Error('broken')));
    const failed = expect(run).rejects.toThrow('broken');
    await clock.advance(1);
    await failed;
    expect([lease.holder, election.leads]).toEqual(['', false]);
  });

  it('is an API server that is away at the start: it is asked again, and said', async () => {
    const { clock, replica } = cluster();
    const a = replica('a');
    a.store.down = true;
    await clock.advance(20_000);
    expect(a.events.every(({ type }) => type === 'failed')).toBe(true);
    expect(a.store.asked.length).toBeLessThanOrEqual(11);
    a.store.down = false;
    await clock.advance(3_000);
    expect(a.working).toBe(true);
  });

  it('is a Lease without sense: it counts as long as our own', async () => {
    const { clock, lease, replica } = cluster();
    lease.write({ metadata: {}, spec: { holderIdentity: 'old', leaseDurationSeconds: 'x', renewTime: 7 } });
    const a = replica('a');
    await clock.advance(14_000);
    expect(a.working).toBe(false);
    await clock.advance(4_000);
    expect(a.working).toBe(true);
  });

  it('is times that do not fit', () => {
    const { clock, lease } = cluster();
    const of = (leaseDuration: number, renewDeadline: number, retryPeriod: number): LeaderElection =>
      new LeaderElection({
        lease: LEASE,
        identity: 'a',
        store: lease.store(),
        clock,
        random: () => 0.5,
        times: { leaseDuration, renewDeadline, retryPeriod },
      });
    expect(() => of(10_000, 10_000, 2_000)).toThrow(RangeError);
    expect(() => of(15_000, 2_000, 2_000)).toThrow(RangeError);
    expect(() => of(NaN, NaN, NaN)).toThrow(RangeError);
    expect(() => of(3_000, 2_000, 500)).not.toThrow();
  });
});
