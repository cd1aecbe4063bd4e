import { setMaxListeners } from 'node:events';

/** Time as the controller sees it; tests move it by hand. */
export interface Clock {
  /** Milliseconds since some moment; never goes back, whatever is done to the clock on the wall. */
  now(): number;
  /** The time on the wall, for fields that people and other machines read. */
  wallTime(): Date;
  /**
   * Calls back once after some milliseconds.
   * @returns what forgets about it
   */
  timer(milliseconds: number, callback: () => void): () => void;
}

/** A number from 0 up to but not 1. */
export type Random = () => number;

/** The clock of the machine. */
export const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  wallTime: () => new Date(),
  timer(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => {
      clearTimeout(timer);
    };
  },
};

/** Waits; resolves at once, and without an error, when the signal says to stop. */
export function sleep(clock: Clock, milliseconds: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return Promise.resolve();
  if (signal !== undefined) allowMany(signal);
  return new Promise((resolve) => {
    const stop = (): void => {
      forget();
      signal?.removeEventListener('abort', stop);
      resolve();
    };
    const forget = clock.timer(milliseconds, stop);
    signal?.addEventListener('abort', stop);
  });
}

/** One signal stops everything a process does; Node warns of a leak when eleven wait for it. */
export function allowMany(signal: AbortSignal): void {
  setMaxListeners(0, signal);
}
