import type { StoredLease } from './lease-record';
import type { JsonObject } from '../../model/json';

/** What an election asks the API server. */
export interface LeaseStore {
  /** The Lease, or nothing when there is none. */
  readonly read: (signal: AbortSignal) => Promise<StoredLease | undefined>;
  /** @throws LeaseConflict when there is one by now */
  readonly create: (lease: JsonObject, signal: AbortSignal) => Promise<StoredLease>;
  /** @throws LeaseConflict when it has changed since it was read, or is gone */
  readonly update: (lease: JsonObject, signal: AbortSignal) => Promise<StoredLease>;
}

/** Somebody else was faster: what was read is no longer what there is. */
export class LeaseConflict extends Error {
  override readonly name = 'LeaseConflict';
}
