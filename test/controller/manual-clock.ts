import type { Clock } from '../../src/controller/api/clock';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** Time that stands still until a test moves it. */
export class ManualClock implements Clock {
  private time = 0;
  private readonly timers = new Set<Timer>();

  now(): number {
    return this.time;
  }

  wallTime(): Date {
    return new Date(Date.UTC(2026, 0, 1) + this.time);
  }

  timer(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.time + milliseconds, callback };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  /** How many wait. */
  get waiting(): number {
    return this.timers.size;
  }

  /** Lets so many milliseconds pass, and what waits for them go on in its order. */
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
}

/** Lets everything that waits for no time go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
