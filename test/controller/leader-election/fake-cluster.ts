import { readLease, type StoredLease } from '../../../src/controller/leader-election/lease-record';
import { LeaseConflict, type LeaseStore } from '../../../src/controller/leader-election/lease-store';
import type { Clock } from '../../../src/controller/api/clock';
import type { JsonObject } from '../../../src/model/json';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** A clock that stands still until it is told to go on; who waits is called in order of time. */
export class FakeClock implements Clock {
  private time = 0;
  /** Of the day: another one than that of the clock, as on real machines. */
  day = Date.UTC(2026, 0, 1);
  private readonly timers = new Set<Timer>();

  now(): number {
    return this.time;
  }

  wallTime(): Date {
    return new Date(this.day + this.time);
  }

  timer(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.time + milliseconds, callback };
    this.timers.add(timer);
    return () => {
      this.timers.delete(timer);
    };
  }

  /** Goes on, and lets everybody do what falls into that time. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.time + milliseconds;
    await settle();
    for (;;) {
      const next = [...this.timers].sort((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > end) break;
      this.time = Math.max(this.time, next.at);
      this.timers.delete(next);
      next.callback();
      await settle();
    }
    this.time = end;
    await settle();
  }

  /** Goes on while the process is held up: nobody gets to do anything. */
  freeze(milliseconds: number): void {
    this.time += milliseconds;
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** The Lease as an API server keeps it, for several replicas. */
export class FakeLease {
  manifest: JsonObject | undefined;
  private version = 0;

  /** What is in it; nobody when there is none. */
  get holder(): string {
    return this.manifest === undefined ? '' : readLease(this.manifest).record.holder;
  }

  write(manifest: JsonObject): JsonObject {
    this.version++;
    const metadata = { ...(manifest['metadata'] as JsonObject), resourceVersion: String(this.version) };
    this.manifest = structuredClone({ ...manifest, metadata });
    return this.manifest;
  }

  /** One replica's way to it. */
  store(): FakeStore {
    return new FakeStore(this);
  }
}

/** The way of one replica to the API server; it can be cut, or be slow to answer. */
export class FakeStore implements LeaseStore {
  down = false;
  hangs = false;
  /** What was asked, in order. */
  readonly asked: string[] = [];

  constructor(private readonly lease: FakeLease) {}

  readonly read = async (signal: AbortSignal): Promise<StoredLease | undefined> => {
    await this.reach('read', signal);
    return this.lease.manifest === undefined ? undefined : readLease(structuredClone(this.lease.manifest));
  };

  readonly create = async (lease: JsonObject, signal: AbortSignal): Promise<StoredLease> => {
    await this.reach('create', signal);
    if (this.lease.manifest !== undefined) throw new LeaseConflict('AlreadyExists');
    return readLease(this.lease.write(lease));
  };

  readonly update = async (lease: JsonObject, signal: AbortSignal): Promise<StoredLease> => {
    await this.reach('update', signal);
    const version = (manifest: JsonObject | undefined): unknown =>
      (manifest?.['metadata'] as JsonObject | undefined)?.['resourceVersion'];
    if (this.lease.manifest === undefined || version(lease) !== version(this.lease.manifest))
      throw new LeaseConflict('Conflict');
    return readLease(this.lease.write(lease));
  };

  private async reach(verb: string, signal: AbortSignal): Promise<void> {
    this.asked.push(verb);
    if (this.hangs) await aborted(signal);
    if (signal.aborted) throw new Error('aborted');
    if (this.down) throw new Error('connect ECONNREFUSED');
  }
}

export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}
