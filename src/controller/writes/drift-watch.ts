import type { Clock } from '../api/clock';
import type { Drift } from '../controller-hooks';

type Noticed = Omit<Drift, 'repaired'>;

/** Repairs of one thing within this time count as one fight. */
const MEMORY_MS = 600_000;
/** As often as this a thing is repaired at once. */
const AT_ONCE = 3;
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 300_000;

interface History {
  repairs: number;
  lastAt: number;
  noticed?: Noticed | undefined;
}

/**
 * What others have changed of what the controller wrote. It is repaired at once a few times; who changes it back again and
 * again is another controller, and then the repairs come at longer and longer intervals instead of a fight.
 */
export class DriftWatch {
  private readonly histories = new Map<string, History>();

  constructor(private readonly clock: Clock) {}

  notice(key: string, noticed: Noticed): void {
    this.forgetOld();
    const history = this.histories.get(key) ?? { repairs: 0, lastAt: 0 };
    this.histories.set(key, history);
    history.noticed = noticed;
  }

  /** Milliseconds until a repair is due; 0 for whatever is no drift. */
  waitFor(key: string): number {
    const history = this.histories.get(key);
    if (history?.noticed === undefined || history.repairs < AT_ONCE) return 0;
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (history.repairs - AT_ONCE));
    return Math.max(0, history.lastAt + wait - this.clock.now());
  }

  /** The drift that a write has repaired; undefined when it was none. */
  repaired(key: string): Noticed | undefined {
    const history = this.histories.get(key);
    if (history?.noticed === undefined) return undefined;
    const { noticed } = history;
    history.noticed = undefined;
    history.repairs += 1;
    history.lastAt = this.clock.now();
    return noticed;
  }

  private forgetOld(): void {
    const now = this.clock.now();
    for (const [key, { lastAt, noticed }] of this.histories)
      if (noticed === undefined && now - lastAt > MEMORY_MS) this.histories.delete(key);
  }
}
