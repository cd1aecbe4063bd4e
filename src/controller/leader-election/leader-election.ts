import { sleep, type Clock, type Random } from '../api/clock';
import {
  changedLease,
  microTime,
  newLease,
  type LeaseName,
  type LeaseRecord,
  type StoredLease,
} from './lease-record';
import { LeaseConflict, type LeaseStore } from './lease-store';
import { jsonAt } from '../../model/json';

/** How long things may take, in milliseconds. `leaseDuration` > `renewDeadline` > `retryPeriod`. */
export interface ElectionTimes {
  /** How long the others wait for a leader that they hear nothing of. */
  readonly leaseDuration: number;
  /** How long a leader goes on without having renewed; the rest of the lease is for requests that are on their way. */
  readonly renewDeadline: number;
  /** How often the leader renews, and the others look. */
  readonly retryPeriod: number;
}

/** As client-go and the controllers of Kubernetes have them. */
export const DEFAULT_TIMES: ElectionTimes = {
  leaseDuration: 15_000,
  renewDeadline: 10_000,
  retryPeriod: 2_000,
};

/** What an election is made of. */
export interface ElectionOptions {
  readonly lease: LeaseName;
  /** Who this replica is: another one for every process, or two would both think that they lead. */
  readonly identity: string;
  readonly store: LeaseStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly times?: ElectionTimes;
  /** Told of what happens, for the log. */
  readonly onEvent?: (event: ElectionEvent) => void;
}

/** What happens in an election. */
export type ElectionEvent =
  | { readonly type: 'leading' }
  | { readonly type: 'following'; readonly leader: string }
  | { readonly type: 'lost'; readonly why: string }
  | { readonly type: 'released' }
  | { readonly type: 'failed'; readonly error: unknown };

/** How much longer than the period a replica waits at most, as a part of it: several are not to ask all at once. */
const JITTER = 0.2;

/** Why the signal of a term is aborted when the lease is lost; else it is because all is to end. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/**
 * One replica of several leads: the one that holds the Lease. A lease is taken when nobody holds it, or when its record has
 * not changed for as long as it says, measured from the moment when this process saw it change: the clocks of two machines
 * are never compared. A leader stops by itself, before the others may take over, when it cannot renew.
 */
export class LeaderElection {
  private readonly times: ElectionTimes;
  private seen: { readonly version: string; readonly at: number } | undefined;
  private stored: StoredLease | undefined;
  /** Until when this replica leads, by its own clock; counted from before the request that renewed. */
  private leadsUntil = -Infinity;
  private leader: string | undefined;

  /** @throws RangeError when the times do not leave a leader the time to renew, or to stop before another one starts */
  constructor(private readonly options: ElectionOptions) {
    this.times = options.times ?? DEFAULT_TIMES;
    const { leaseDuration, renewDeadline, retryPeriod } = this.times;
    if (!(leaseDuration > renewDeadline && renewDeadline > retryPeriod * (1 + JITTER) && retryPeriod > 0))
      throw new RangeError(
        `a lease of ${leaseDuration} ms, a deadline of ${renewDeadline} ms and a period of ${retryPeriod} ms do not fit: each must be longer than the next`,
      );
  }

  /**
   * Whether this replica may write now. Asked before every write, it is right even where the process was held up for so
   * long that nothing else has noticed yet.
   */
  get leads(): boolean {
    return this.options.clock.now() < this.leadsUntil;
  }

  /**
   * Stands for election until `signal` is aborted; while this replica leads, `lead` runs. Its signal is aborted with a
   * {@link LeaseLost} when the lease is lost or may be, or without one when all is to end: then it may finish what it has
   * begun, and the lease is renewed meanwhile. After it the lease is given back if it is still ours, so that another replica
   * need not wait. An error of `lead` ends the election.
   */
  async run(signal: AbortSignal, lead: (signal: AbortSignal) => Promise<void>): Promise<void> {
    while (!signal.aborted) {
      if (await this.acquire(signal)) await this.term(signal, lead);
      else await this.pause(signal);
    }
  }

  private async term(signal: AbortSignal, lead: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { onEvent } = this.options;
    const over = new AbortController();
    const end = (): void => {
      over.abort();
    };
    signal.addEventListener('abort', end, { once: true });
    onEvent?.({ type: 'leading' });
    const renewing = new AbortController();
    const renewed = this.keep(renewing.signal, over);
    try {
      await lead(signal.aborted ? AbortSignal.abort() : over.signal);
    } finally {
      signal.removeEventListener('abort', end);
      renewing.abort();
      await renewed;
      await this.release();
    }
    // Work that ends by itself is not to be begun anew at once.
    if (!over.signal.aborted) await this.pause(signal);
  }

  /** Renews until told to stop; a lease that is lost, or may be, aborts `over`. Still renews while the work drains. */
  private async keep(signal: AbortSignal, over: AbortController): Promise<void> {
    const { clock, onEvent } = this.options;
    for (;;) {
      await sleep(clock, Math.min(this.times.retryPeriod, this.leadsUntil - clock.now()), signal);
      if (signal.aborted) return;
      const why = this.leads ? await this.renew(signal) : 'it could not be renewed in time';
      if (why === undefined) continue;
      this.leadsUntil = -Infinity;
      onEvent?.({ type: 'lost', why });
      over.abort(new LeaseLost(why));
      return;
    }
  }

  /** Renews once. Says why the lease is lost; a renewal that merely failed is tried again until the deadline. */
  private async renew(signal: AbortSignal): Promise<string | undefined> {
    const { clock, identity, store, onEvent } = this.options;
    const started = clock.now();
    try {
      const lease = await this.inTime(signal, this.leadsUntil - started, async (limit) => {
        const known = this.stored ?? (await store.read(limit));
        if (known?.record.holder !== identity) return known;
        return store.update(changedLease(known, this.record(known.record)), limit);
      });
      if (lease?.record.holder !== identity) return lostTo(lease);
      this.hold(lease, started);
    } catch (error) {
      if (signal.aborted) return undefined;
      // Read it again before the next try: what is there is not what we know.
      this.stored = undefined;
      if (error instanceof LeaseConflict)
        return this.leads ? this.renew(signal) : 'it was changed by another';
      onEvent?.({ type: 'failed', error });
    }
    return undefined;
  }

  /** Tries once. */
  private async acquire(signal: AbortSignal): Promise<boolean> {
    const { clock, identity, lease, store, onEvent } = this.options;
    const started = clock.now();
    try {
      const held = await this.inTime(signal, Infinity, async (limit) => {
        const found = await store.read(limit);
        if (found === undefined) return store.create(newLease(lease, this.record(undefined)), limit);
        if (!this.isFree(found)) return undefined;
        return store.update(changedLease(found, this.record(found.record)), limit);
      });
      if (held?.record.holder !== identity) return false;
      this.leader = identity;
      this.hold(held, started);
      return true;
    } catch (error) {
      if (!signal.aborted && !(error instanceof LeaseConflict)) onEvent?.({ type: 'failed', error });
      return false;
    }
  }

  /** Whether the lease may be taken: given back, ours from before, or not renewed for as long as it says. */
  private isFree(lease: StoredLease): boolean {
    const { clock, identity, onEvent } = this.options;
    const { holder, durationSeconds } = lease.record;
    const now = clock.now();
    if (holder === '' || holder === identity) return true;
    const version = versionOf(lease);
    if (this.seen?.version !== version) this.seen = { version, at: now };
    if (holder !== this.leader) onEvent?.({ type: 'following', leader: holder });
    this.leader = holder;
    const duration = durationSeconds > 0 ? durationSeconds * 1000 : this.times.leaseDuration;
    return now - this.seen.at >= duration;
  }

  private record(before: LeaseRecord | undefined): LeaseRecord {
    const { clock, identity } = this.options;
    const now = microTime(clock.wallTime());
    const kept = before?.holder === identity;
    return {
      holder: identity,
      durationSeconds: Math.ceil(this.times.leaseDuration / 1000),
      acquireTime: kept ? before.acquireTime : now,
      renewTime: now,
      transitions: (before?.transitions ?? 0) + (kept || before === undefined ? 0 : 1),
    };
  }

  private hold(lease: StoredLease, since: number): void {
    this.stored = lease;
    this.leadsUntil = since + this.times.renewDeadline;
  }

  /** Gives the lease back if it is ours, so that the next replica that looks takes it. */
  private async release(): Promise<void> {
    const { clock, identity, store, onEvent } = this.options;
    const ours = this.leads;
    this.leadsUntil = -Infinity;
    const known = this.stored;
    this.stored = undefined;
    if (!ours || known?.record.holder !== identity) return;
    const now = microTime(clock.wallTime());
    const record = { ...known.record, holder: '', durationSeconds: 1, acquireTime: now, renewTime: now };
    try {
      await this.inTime(new AbortController().signal, Infinity, (limit) =>
        store.update(changedLease(known, record), limit),
      );
      onEvent?.({ type: 'released' });
    } catch (error) {
      // The others wait until it runs out, which is no worse than a crash.
      onEvent?.({ type: 'failed', error });
    }
  }

  /** A request that hangs must end before the deadline, so that there is time for another; and at it at the latest. */
  private async inTime<T>(
    signal: AbortSignal,
    longest: number,
    ask: (limit: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const { clock } = this.options;
    const milliseconds = Math.min(this.times.renewDeadline / 2, longest);
    const done = new AbortController();
    const late = new AbortController();
    const limit = AbortSignal.any([signal, late.signal]);
    const timer = sleep(clock, milliseconds, AbortSignal.any([signal, done.signal])).then(() => {
      if (!done.signal.aborted) late.abort(new Error(`no answer within ${Math.round(milliseconds)} ms`));
    });
    try {
      return await Promise.race([ask(limit), rejectedBy(limit)]);
    } finally {
      done.abort();
      await timer;
    }
  }

  private pause(signal: AbortSignal): Promise<void> {
    const { clock, random } = this.options;
    return sleep(clock, this.times.retryPeriod * (1 + JITTER * random()), signal);
  }
}

function lostTo(lease: StoredLease | undefined): string {
  if (lease === undefined) return 'somebody has deleted it';
  return lease.record.holder === '' ? 'somebody has taken it away' : `${lease.record.holder} has taken it`;
}

/** Changes with everything that anybody writes; more cautious than the times in it, which a stopped clock repeats. */
function versionOf({ manifest, record }: StoredLease): string {
  const version = jsonAt(manifest, ['metadata', 'resourceVersion']);
  return JSON.stringify([record.holder, record.renewTime, version]);
}

function rejectedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = (): void => {
      reject(signal.reason instanceof Error ? signal.reason : new Error('it was aborted'));
    };
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}
