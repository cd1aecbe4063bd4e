import type { Clock } from './api/clock';
import type { ControllerState } from './controller-hooks';

/** Between two looks at everything, for metrics. */
const STATE_MS = 5_000;

/** Tells now and then what there is, and once more after the last change: it looks at everything. */
export class StateReports {
  private nextAt = 0;
  private forgetNext: (() => void) | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly onState: ((state: ControllerState) => void) | undefined,
    private readonly read: () => ControllerState,
  ) {}

  /** Something may have changed. */
  due(): void {
    if (this.onState === undefined || this.forgetNext !== undefined) return;
    const wait = this.nextAt - this.clock.now();
    if (wait <= 0) this.tell();
    else
      this.forgetNext = this.clock.timer(wait, () => {
        this.tell();
      });
  }

  /** Tells no more. */
  stop(): void {
    this.forgetNext?.();
    this.forgetNext = undefined;
  }

  private tell(): void {
    this.forgetNext = undefined;
    this.nextAt = this.clock.now() + STATE_MS;
    this.onState?.(this.read());
  }
}
