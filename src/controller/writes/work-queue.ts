import { RankedKeys } from './ranked-keys';
import type { Clock, Random } from '../api/clock';

/** What came of working on a key. */
export type WorkResult =
  | { readonly type: 'done' }
  /** A part is done, and there is more to do. */
  | { readonly type: 'more' }
  /** Nothing more can be done before another key is settled; a part was done, if so it says. */
  | { readonly type: 'waits'; readonly on: string; readonly didPart?: boolean | undefined }
  /** To be looked at again after some milliseconds; for others it counts as settled. */
  | { readonly type: 'later'; readonly milliseconds: number };

export interface WorkQueueOptions {
  /** Works on one key; rejects to be called again after a wait that doubles from failure to failure. */
  readonly work: (key: string) => Promise<WorkResult>;
  /** Milliseconds that a failure asks to wait at least. */
  readonly waitAsked?: ((error: unknown) => number) | undefined;
  /** Whether a failure may well pass by itself: others wait for the next tries, too. Default: none does. */
  readonly mayPass?: ((error: unknown) => boolean) | undefined;
  readonly onFailure: (key: string, error: unknown, retryInMs: number) => void;
  /** Told whenever a key was worked on: there may be less to do than before. */
  readonly onWorked?: (() => void) | undefined;
  readonly concurrency: number;
  /** Of what is ready, keys of a lower rank go first: 0, 1, … Default: all have rank 0. */
  readonly rankOf?: ((key: string) => number) | undefined;
  /** How many keys of a rank may be worked on at once, by rank. Default: as many as `concurrency`. */
  readonly limits?: readonly (number | undefined)[] | undefined;
  readonly clock: Clock;
  readonly random: Random;
}

const FIRST_WAIT = 250;
const LONGEST_WAIT = 300_000;
const BLIND_WAIT = 5_000;
/** Failures that may pass hold up others this often: for one to four seconds in all. */
const PATIENT_TRIES = 3;

/**
 * Keys to work on: each by one worker at a time and once however often it is added meanwhile, several of them at once, by
 * rank and in the order in which they came. A key that fails waits longer each time, and holds up nobody but those that
 * wait on it for the first time.
 */
export class WorkQueue {
  private readonly ready = new RankedKeys();
  private readonly running = new Set<string>();
  /** How many of each rank are worked on. */
  private readonly runningOf: number[] = [];
  /** Added while it was worked on, and whether with new reason to believe that it works. */
  private readonly again = new Map<string, boolean>();
  private readonly delayed = new Map<string, () => void>();
  private readonly failures = new Map<string, number>();
  /** Of those that are delayed: whose failure may have passed when they are tried again. */
  private readonly passing = new Set<string>();
  /** By the key that is waited on. */
  private readonly waiters = new Map<string, Set<string>>();
  private readonly waitingOn = new Map<string, string>();
  /** Keys that are looked at once more, and what they are about to wait on. */
  private readonly lookedAgain = new Map<string, string>();
  private readonly idleListeners = new Set<() => void>();
  private isOpen = false;

  constructor(private readonly options: WorkQueueOptions) {}

  /** Keys that wait or are worked on, back-off included. */
  get depth(): number {
    return this.ready.size + this.running.size + this.waitingOn.size + this.delayed.size;
  }

  /**
   * Whether work on the key is going on. One that failed and waits for its next try is settled for now, and so is what waits
   * on it; but not after the first few failures that may pass.
   */
  isUnsettled(key: string): boolean {
    for (let at: string | undefined = key; at !== undefined; at = this.waitingOn.get(at))
      if (this.ready.has(at) || this.running.has(at) || this.passing.has(at)) return true;
    return false;
  }

  /** Whether a key waits, over whatever steps, for another. No key ever waits for itself. */
  waitsFor(key: string, other: string): boolean {
    for (let at: string | undefined = key; at !== undefined; at = this.waitingOn.get(at))
      if (at === other) return true;
    return false;
  }

  /** Whether work on the key is still to be done, held up or not. */
  has(key: string): boolean {
    return this.ready.has(key) || this.running.has(key) || this.waitingOn.has(key) || this.delayed.has(key);
  }

  /** Nothing is worked on, or could be; what waits is held up by a failure. */
  get isIdle(): boolean {
    return this.ready.size + this.running.size === 0;
  }

  /** Keys that are still to be worked on. */
  *unsettled(): IterableIterator<string> {
    yield* this.ready.keys();
    yield* this.running;
    yield* this.waitingOn.keys();
  }

  /** Begins to work, or goes on. */
  open(): void {
    this.isOpen = true;
    this.pump();
  }

  /** Begins nothing more; resolves when what is worked on is done. */
  async close(): Promise<void> {
    this.isOpen = false;
    while (this.running.size > 0) await new Promise<void>((resolve) => this.idleListeners.add(resolve));
  }

  /** Forgets everything but what is worked on. */
  clear(): void {
    for (const forget of this.delayed.values()) forget();
    for (const collection of [
      this.ready,
      this.again,
      this.delayed,
      this.failures,
      this.passing,
      this.waiters,
      this.waitingOn,
      this.lookedAgain,
    ])
      collection.clear();
  }

  /**
   * Adds a key.
   *
   * @param fresh whether there is new reason to believe that it works, so that a key that failed need not wait
   */
  add(key: string, { fresh = true }: { readonly fresh?: boolean } = {}): void {
    if (this.delayed.has(key) && !fresh) return;
    this.put(key, fresh);
    this.pump();
  }

  /** Adds several keys before any of them is worked on: each may have to wait for another. */
  addAll(keys: Iterable<string>): void {
    for (const key of keys) this.put(key);
    this.pump();
  }

  private put(key: string, fresh = true): void {
    this.forgetDelay(key);
    this.forgetWaiting(key);
    if (this.running.has(key)) this.again.set(key, fresh || this.again.get(key) === true);
    else this.makeReady(key);
  }

  /** Resolves when the queue is idle, or at once when it is. */
  async whenIdle(): Promise<void> {
    while (!this.isIdle) await new Promise<void>((resolve) => this.idleListeners.add(resolve));
  }

  private makeReady(key: string): void {
    this.ready.add(key, this.options.rankOf?.(key) ?? 0);
  }

  private pump(): void {
    if (!this.isOpen) return;
    const { concurrency, limits = [] } = this.options;
    while (this.running.size < concurrency) {
      const next = this.ready.take((rank) => (this.runningOf[rank] ?? 0) < (limits[rank] ?? concurrency));
      if (next === undefined) return;
      const { key, rank } = next;
      this.running.add(key);
      this.runningOf[rank] = (this.runningOf[rank] ?? 0) + 1;
      void this.run(key, rank);
    }
  }

  private async run(key: string, rank: number): Promise<void> {
    try {
      this.finish(key, await this.options.work(key));
    } catch (error) {
      this.fail(key, error);
      // What was seen of it meanwhile is no reason to believe that it works now: it waits like any other failure.
      if (this.again.get(key) === false) this.again.delete(key);
    }
    this.running.delete(key);
    this.runningOf[rank] = (this.runningOf[rank] ?? 1) - 1;
    if (this.again.delete(key)) {
      this.forgetDelay(key);
      this.forgetWaiting(key);
      this.makeReady(key);
    }
    if (!this.isWaitingStill(key)) this.release(key);
    this.options.onWorked?.();
    for (const listener of [...this.idleListeners]) {
      this.idleListeners.delete(listener);
      listener();
    }
    this.pump();
  }

  /**
   * Whether a key has done nothing that another could have waited for: it waits for something that goes on, or looks
   * again. Whoever waits for it would find it so, and so would whoever waits for that one.
   */
  private isWaitingStill(key: string): boolean {
    return this.lookedAgain.has(key) || (this.waitingOn.has(key) && this.isUnsettled(key));
  }

  private finish(key: string, result: WorkResult): void {
    if (result.type !== 'later') this.failures.delete(key);
    if (result.type === 'later') this.delay(key, result.milliseconds);
    if (result.type === 'more') this.again.set(key, true);
    if (result.type !== 'waits') {
      this.lookedAgain.delete(key);
      return;
    }
    // The part may be all that others waited for.
    if (result.didPart === true) this.release(key);
    // What it waits on may have come to an end, or failed, or have begun to wait on it, just now: then it is looked at
    // once more before it waits.
    const isCircle = this.waitsFor(result.on, key);
    if ((isCircle || !this.isUnsettled(result.on)) && this.lookedAgain.get(key) !== result.on) {
      this.lookedAgain.set(key, result.on);
      this.again.set(key, true);
      return;
    }
    this.lookedAgain.delete(key);
    // Nobody works on it, or each would wait for the other: nothing will tell when it is done.
    if (isCircle || !this.has(result.on)) {
      this.delay(key, BLIND_WAIT);
      return;
    }
    this.waitingOn.set(key, result.on);
    this.waiters.set(result.on, (this.waiters.get(result.on) ?? new Set<string>()).add(key));
  }

  private fail(key: string, error: unknown): void {
    this.lookedAgain.delete(key);
    const failures = (this.failures.get(key) ?? 0) + 1;
    this.failures.set(key, failures);
    const full = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(failures - 1, 30));
    const asked = this.options.waitAsked?.(error) ?? 0;
    const wait = Math.max(full / 2, asked) + (full / 2) * this.options.random();
    this.delay(key, wait);
    if (failures <= PATIENT_TRIES && this.options.mayPass?.(error) === true) this.passing.add(key);
    this.options.onFailure(key, error, wait);
  }

  private delay(key: string, milliseconds: number): void {
    this.forgetDelay(key);
    const forget = this.options.clock.timer(milliseconds, () => {
      this.forgetDelay(key);
      this.makeReady(key);
      this.pump();
    });
    this.delayed.set(key, forget);
  }

  private forgetDelay(key: string): void {
    this.delayed.get(key)?.();
    this.delayed.delete(key);
    this.passing.delete(key);
  }

  private forgetWaiting(key: string): void {
    const on = this.waitingOn.get(key);
    if (on === undefined) return;
    this.waitingOn.delete(key);
    this.waiters.get(on)?.delete(key);
  }

  /** Those that waited on a key go on. */
  private release(key: string): void {
    const waiters = this.waiters.get(key);
    if (waiters === undefined) return;
    this.waiters.delete(key);
    for (const waiter of waiters) {
      this.waitingOn.delete(waiter);
      this.makeReady(waiter);
    }
  }
}
