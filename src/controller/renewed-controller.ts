import { sleep, type Clock } from './api/clock';
import { resourceName } from './api/api-resource';
import type { ControllerLog } from './controller-hooks';
import type { WatchedKind } from './observed/watched-kinds';
import type { RunnableController } from './run-controller';

/** Somebody else is at work, beside whom nothing may be written. */
export class NotAlone extends Error {}

/** What is looked at again and again while a controller runs. */
export interface RenewedOptions {
  /** What was found at the start. */
  readonly kinds: readonly WatchedKind[];
  /** What the cluster serves by now. Rejects when that cannot be told. */
  readonly discover: (before: readonly WatchedKind[]) => Promise<readonly WatchedKind[]>;
  readonly make: (kinds: readonly WatchedKind[]) => RunnableController;
  /**
   * Makes sure that nobody else is at work, and takes over what he left; asked for on the replica that leads. Rejects with
   * {@link NotAlone} while somebody is, with anything else when that cannot be told. Absent: nobody is looked for.
   */
  readonly prepare?: (() => Promise<void>) | undefined;
  readonly clock: Clock;
  readonly log: ControllerLog;
  /** How long after a look the next one is, in milliseconds. Default 60,000. */
  readonly period?: number | undefined;
}

const PERIOD = 60_000;

/**
 * A controller that is made anew when the cluster serves other kinds than before (Calico was installed, Gateway API removed),
 * and that pauses while somebody else writes the same policies, whoever comes back first.
 */
export class RenewedController implements RunnableController {
  readonly whenSynced: Promise<void>;
  private controller: RunnableController;
  private kinds: readonly WatchedKind[];
  private tellSynced: () => void = () => undefined;
  private readonly over = new AbortController();
  private looking: Promise<void> = Promise.resolve();
  private isLeading = false;
  private isPaused = false;
  private isRenewing = false;
  private hasLooked = false;

  constructor(private readonly options: RenewedOptions) {
    this.whenSynced = new Promise((resolve) => (this.tellSynced = resolve));
    this.kinds = options.kinds;
    this.controller = options.make(options.kinds);
  }

  get isSynced(): boolean {
    return this.controller.isSynced;
  }

  get unseen(): readonly string[] {
    return this.controller.unseen;
  }

  start(): void {
    this.begin();
    this.looking = this.look();
  }

  /** One that has followed for a while has not looked for others: it does so at once. */
  lead(): void {
    this.isLeading = true;
    this.leadIfFree();
    if (this.hasLooked) void this.tryTo(() => this.lookForOthers());
  }

  async yield(): Promise<void> {
    this.isLeading = false;
    this.isPaused = false;
    await this.controller.yield();
  }

  async stop(): Promise<void> {
    this.over.abort();
    await this.looking;
    await this.controller.stop();
  }

  private begin(): void {
    this.controller.start();
    void this.controller.whenSynced.then(this.tellSynced);
  }

  private leadIfFree(): void {
    if (this.isLeading && !this.isPaused && !this.isRenewing) this.controller.lead();
  }

  private async look(): Promise<void> {
    const { clock, period = PERIOD } = this.options;
    const { signal } = this.over;
    for (;;) {
      await sleep(clock, period, signal);
      if (signal.aborted) return;
      this.hasLooked = true;
      await this.tryTo(async () => {
        await this.lookForOthers();
        await this.lookAtKinds();
      });
    }
  }

  private async tryTo(look: () => Promise<void>): Promise<void> {
    try {
      await look();
    } catch (error) {
      // The watches and the Lease tell of a server that is away.
      this.options.log.debug({ error }, 'cannot look around');
    }
  }

  private async lookForOthers(): Promise<void> {
    const { prepare, log } = this.options;
    if (prepare === undefined || !this.isLeading) return;
    try {
      await prepare();
    } catch (error) {
      if (!(error instanceof NotAlone)) throw error;
      if (!this.isPaused) log.warn({ error }, 'pauses: nothing is written');
      this.isPaused = true;
      await this.controller.yield();
      return;
    }
    if (!this.isPaused) return;
    this.isPaused = false;
    log.info({}, 'goes on');
    this.leadIfFree();
  }

  private async lookAtKinds(): Promise<void> {
    const { discover, log } = this.options;
    const kinds = await discover(this.kinds);
    const [before, after] = [namesOf(this.kinds), namesOf(kinds)];
    const appeared = after.filter((name) => !before.includes(name));
    const gone = before.filter((name) => !after.includes(name));
    if (appeared.length + gone.length === 0 || this.over.signal.aborted) return;
    log.info({ appeared, gone }, 'the cluster serves other kinds: everything is listed anew');
    await this.renew(kinds);
  }

  /** One after the other: two at a time would know everything twice. */
  private async renew(kinds: readonly WatchedKind[]): Promise<void> {
    this.isRenewing = true;
    try {
      await this.controller.stop();
      this.kinds = kinds;
      this.controller = this.options.make(kinds);
      this.begin();
    } finally {
      this.isRenewing = false;
    }
    this.leadIfFree();
  }
}

function namesOf(kinds: readonly WatchedKind[]): string[] {
  return kinds.map(({ resource }) => `${resourceName(resource)}/${resource.version}`);
}
