import type { Clock } from './api/clock';
import type { ControllerHooks, ControllerLog } from './controller-hooks';
import type { IncrementalCompiler, UnitChange } from './desired/incremental-compiler';
import type { Step } from './desired/troubles';
import { readChanges } from './desired/read-changes';
import type { ObservedCluster } from './observed/observed-cluster';

/** Changes are taken together for this long before they are compiled. */
const GATHER_MS = 10;
/** Compiling gives way to everything else after this long. */
const SLICE_MS = 15;
/**
 * What comes in while a round compiles belongs to the same picture, for this long since the round began. In a cluster where
 * something changes all the time there would be no end to it; what comes later is in the next round.
 */
const MOST_MS = 500;
/** After an error in what follows from a round it is tried again, with waits that double. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/** What rounds are made of. */
export interface RoundParts {
  readonly observed: ObservedCluster;
  readonly compiler: IncrementalCompiler;
  readonly clock: Clock;
  readonly hooks: ControllerHooks | undefined;
  readonly log: ControllerLog | undefined;
  /**
   * Told of everything that a round has changed, when it is all known. Where it throws, it is told of the same again later,
   * together with what has changed until then.
   */
  readonly onRound: (changes: readonly UnitChange[]) => void;
}

/** Compiles what has changed, a burst of changes at once. */
export class Rounds {
  private isDue = false;
  private isCompiling = false;
  private forgetRetry: (() => void) | undefined;
  /** What nobody could be told of yet. */
  private untold: readonly UnitChange[] = [];
  private failures = 0;

  constructor(private readonly parts: RoundParts) {}

  /** Nothing waits to be compiled. */
  get isIdle(): boolean {
    return !this.isDue && !this.isCompiling && !this.parts.observed.hasChanges;
  }

  /** There is something to compile. */
  schedule(): void {
    if (this.isDue) return;
    this.isDue = true;
    this.forgetRetry?.();
    this.parts.clock.timer(GATHER_MS, () => {
      this.isDue = false;
      if (!this.isCompiling) void this.run();
    });
  }

  /** Tries nothing again that has failed. */
  stop(): void {
    this.forgetRetry?.();
  }

  /** Never rejects: nothing that is wrong in a cluster may end the process. */
  private async run(): Promise<void> {
    const { clock } = this.parts;
    const began = clock.now();
    this.isCompiling = true;
    try {
      await this.compileAll(began);
      this.isCompiling = false;
      this.tell(began);
      this.failures = 0;
    } catch (error) {
      this.retry(error);
    }
    this.isCompiling = false;
    if (this.parts.observed.hasChanges) this.schedule();
  }

  private async compileAll(began: number): Promise<void> {
    const { observed, clock } = this.parts;
    let sliceBegan = began;
    do {
      this.read();
      while (this.compile()) {
        if (clock.now() - sliceBegan < SLICE_MS) continue;
        await new Promise((resolve) => setImmediate(resolve));
        sliceBegan = clock.now();
      }
      // What came in meanwhile belongs to the same picture: half of it would be a wrong one.
    } while (observed.hasChanges && clock.now() - began < MOST_MS);
  }

  private tell(began: number): void {
    const { compiler, clock, hooks, log, onRound } = this.parts;
    this.untold = [...this.untold, ...compiler.commit()];
    const changes = this.untold;
    onRound(changes);
    this.untold = [];
    const milliseconds = clock.now() - began;
    hooks?.onRound?.({ milliseconds, namespaces: changes.length });
    log?.debug({ milliseconds: Math.round(milliseconds), namespaces: changes.length }, 'compiled');
  }

  private retry(error: unknown): void {
    const retryInMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(this.failures, 30));
    this.failures += 1;
    const stack = error instanceof Error ? error.stack : undefined;
    this.parts.log?.error({ error: String(error), stack, retryInMs }, 'a round has failed');
    this.forgetRetry?.();
    this.forgetRetry = this.parts.clock.timer(retryInMs, () => {
      this.schedule();
    });
  }

  private read(): void {
    readChanges(this.parts.observed, this.parts.compiler, (namespace, error) => {
      this.report(namespace, 'read', error);
    });
  }

  /** A namespace whose objects break the compiler keeps what it had, and must not stop the others. */
  private compile(): boolean {
    for (;;) {
      const namespace = this.parts.compiler.waiting;
      if (namespace === undefined) return false;
      try {
        return this.parts.compiler.next();
      } catch (error) {
        this.report(namespace, 'compile', error);
      }
    }
  }

  private report(namespace: string, step: Step, error: unknown): void {
    const stack = error instanceof Error ? error.stack : undefined;
    this.parts.log?.error({ namespace, step, error: String(error), stack }, 'a namespace cannot be compiled');
    this.parts.compiler.fail(namespace, step, String(error));
  }
}
