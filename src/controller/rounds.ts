import type { Clock } from './api/clock';
import type { ControllerHooks, ControllerLog } from './controller-hooks';
import type { IncrementalCompiler, UnitChange } from './desired/incremental-compiler';
import { readChanges } from './desired/read-changes';
import type { ObservedCluster } from './observed/observed-cluster';

/** Changes are taken together for this long before they are compiled. */
const GATHER_MS = 10;
/** Compiling gives way to everything else after this long. */
const SLICE_MS = 15;

/** What rounds are made of. */
export interface RoundParts {
  readonly observed: ObservedCluster;
  readonly compiler: IncrementalCompiler;
  readonly clock: Clock;
  readonly hooks: ControllerHooks | undefined;
  readonly log: ControllerLog | undefined;
  /** Told of everything that a round has changed, when it is all known. */
  readonly onRound: (changes: readonly UnitChange[]) => void;
}

/** Compiles what has changed, a burst of changes at once. */
export class Rounds {
  private isDue = false;
  private isCompiling = false;

  constructor(private readonly parts: RoundParts) {}

  /** Nothing waits to be compiled. */
  get isIdle(): boolean {
    return !this.isDue && !this.isCompiling && !this.parts.observed.hasChanges;
  }

  /** There is something to compile. */
  schedule(): void {
    if (this.isDue) return;
    this.isDue = true;
    this.parts.clock.timer(GATHER_MS, () => {
      this.isDue = false;
      if (!this.isCompiling) void this.run();
    });
  }

  private async run(): Promise<void> {
    const { observed, clock, hooks, log, onRound } = this.parts;
    this.isCompiling = true;
    const began = clock.now();
    let sliceBegan = began;
    do {
      this.read();
      while (this.compile()) {
        if (clock.now() - sliceBegan < SLICE_MS) continue;
        await new Promise((resolve) => setImmediate(resolve));
        sliceBegan = clock.now();
      }
      // What came in meanwhile belongs to the same picture: half of it would be a wrong one.
    } while (observed.hasChanges);
    this.isCompiling = false;
    const changes = this.parts.compiler.commit();
    onRound(changes);
    const milliseconds = clock.now() - began;
    hooks?.onRound?.({ milliseconds, namespaces: changes.length });
    log?.debug({ milliseconds: Math.round(milliseconds), namespaces: changes.length }, 'compiled');
  }

  private read(): void {
    readChanges(this.parts.observed, this.parts.compiler, (namespace, error) => {
      this.report(namespace, error);
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
        this.report(namespace, error);
      }
    }
  }

  private report(namespace: string, error: unknown): void {
    const stack = error instanceof Error ? error.stack : undefined;
    this.parts.log?.error({ namespace, error: String(error), stack }, 'a namespace cannot be compiled');
  }
}
