import type { Clock, Random } from './clock';

export interface BackOffLimits {
  /** Before jitter, in milliseconds. */
  readonly first: number;
  readonly most: number;
  /** What runs this long (milliseconds) before it fails counts as well, and the next wait is the first again. */
  readonly wellAfter: number;
}

/** Waits that double from one failure to the next, each spread over half of its length so that crowds disperse. */
export class BackOff {
  private failures = 0;
  private startedAt: number;

  constructor(
    private readonly limits: BackOffLimits,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {
    this.startedAt = clock.now();
  }

  /** To be told whenever a try begins. */
  start(): void {
    this.startedAt = this.clock.now();
  }

  /** Forgets the failures so far. */
  reset(): void {
    this.failures = 0;
  }

  /**
   * Milliseconds to wait after a try that just ended.
   * @param atLeast what the other side asked for, in milliseconds
   */
  next(atLeast = 0): number {
    const { first, most, wellAfter } = this.limits;
    if (this.clock.now() - this.startedAt >= wellAfter) this.failures = 0;
    const full = Math.min(most, first * 2 ** Math.min(this.failures, 30));
    this.failures += 1;
    return Math.max(full / 2, atLeast) + (full / 2) * this.random();
  }
}
