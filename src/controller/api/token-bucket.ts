import { sleep, type Clock } from './clock';

export interface RateLimit {
  /** Requests per second in the long run. */
  readonly perSecond: number;
  /** Requests at once after a quiet time. */
  readonly burst: number;
}

/** What a client of one replica takes without being told otherwise: well below what API servers can do for one client. */
export const DEFAULT_RATE: RateLimit = { perSecond: 200, burst: 400 };

/** Lets callers through at a rate, in the order in which they came. */
export class TokenBucket {
  /** Tokens at {@link at}; below zero when callers wait for tokens to come. */
  private tokens: number;
  private at: number;

  constructor(
    private readonly limit: RateLimit,
    private readonly clock: Clock,
  ) {
    this.tokens = limit.burst;
    this.at = clock.now();
  }

  /** Takes a token, and waits until it is there. Aborted, it resolves at once and the token is given back. */
  async take(signal?: AbortSignal): Promise<void> {
    const now = this.clock.now();
    const { perSecond, burst } = this.limit;
    this.tokens = Math.min(burst, this.tokens + ((now - this.at) / 1000) * perSecond) - 1;
    this.at = now;
    if (this.tokens >= 0) return;
    await sleep(this.clock, (-this.tokens / perSecond) * 1000, signal);
    if (signal?.aborted === true) this.tokens += 1;
  }
}
