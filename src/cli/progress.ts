import type { Terminal } from './terminal';

/** Nothing is said of what takes less. */
const QUIET_MILLISECONDS = 1_000;
/** How often the line is written over on a screen. */
const LIVE_MILLISECONDS = 200;
/** How often a new line is written to a log. */
const LOG_MILLISECONDS = 5_000;

/** Tells on standard error how far a command is, once it has taken more than a second. */
export class Progress {
  private readonly start: number;
  private last = -Infinity;
  private width = 0;

  constructor(private readonly terminal: Terminal) {
    this.start = terminal.now();
  }

  /** `done` of `total` pieces of the work are done; without a total only the work is named. Cheap to call often. */
  step(work: string, done?: number, total?: number): void {
    const now = this.terminal.now();
    const pause = this.terminal.live ? LIVE_MILLISECONDS : LOG_MILLISECONDS;
    if (now - this.start < QUIET_MILLISECONDS || now - this.last < pause) return;
    this.last = now;
    const share = done === undefined || total === undefined ? '' : ` ${done} of ${total}`;
    const line = `${work}${share} (${((now - this.start) / 1_000).toFixed(0)} s)`;
    if (this.terminal.live) this.terminal.err(`\r${line.padEnd(this.width)}`);
    else this.terminal.err(`${line}\n`);
    this.width = line.length;
  }

  /** Wipes the line off the screen; before anything else is written. */
  clear(): void {
    if (this.terminal.live && this.width > 0) this.terminal.err(`\r${' '.repeat(this.width)}\r`);
    this.width = 0;
  }
}
