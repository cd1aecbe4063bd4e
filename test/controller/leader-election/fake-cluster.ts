import { readLease, type StoredLease } from '../../../src/controller/leader-election/lease-record';
import { LeaseConflict, type LeaseStore } from '../../../src/controller/leader-election/lease-store';
import type { JsonObject } from '../../../src/model/json';
import { ManualClock } from '../manual-clock';

/** Between two steps of the clock several replicas ask and answer. */
const TURNS = 50;

/** A clock for several replicas. */
export function replicasClock(): ManualClock {
  return new ManualClock(TURNS);
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
