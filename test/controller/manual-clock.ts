import type { Clock } from '../../src/controller/api/clock';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** Time that stands still until a test moves it. */
export class ManualClock implements Clock {
  /** Of the day: another one than that of the clock, as on real machines. */
  day = Date.UTC(2026, 0, 1);
  private time = 0;
  private readonly timers = new Set<Timer>();

  /** @param turns how often everything that waits for no time gets to go on, after each step */
  constructor(private readonly turns = 5) {}

  now(): number {
    return this.time;
  }

  wallTime(): Date {
    return new Date(this.day + this.time);
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
    await settle(this.turns);
    for (;;) {
      const next = [...this.timers].sort((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > end) break;
      this.time = Math.max(this.time, next.at);
      this.timers.delete(next);
      next.callback();
      await settle(this.turns);
    }
    this.time = end;
    await settle(this.turns);
  }

  /** Goes on while the process is held up: nobody gets to do anything. */
  freeze(milliseconds: number): void {
    this.time += milliseconds;
  }
}

/** Lets everything that waits for no time go on. */
export async function settle(turns = 5): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}
