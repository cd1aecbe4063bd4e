import { createHash } from 'node:crypto';
import type { Clock } from '../api/clock';
import type { Drift } from '../controller-hooks';

type Noticed = Omit<Drift, 'repaired'>;

/** Repairs of one thing within this time count as one contest, which is over when a repair has held for so long. */
export const CONTEST_MS = 600_000;
/** As often as this a thing is repaired at once. */
const AT_ONCE = 3;
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 300_000;
/** Things of which it is remembered what was written last. */
const MOST_REMEMBERED = 2_000;

/** What a drift says of an object that is gone. */
export const DELETED = 'it was deleted';

interface History {
  repairs: number;
  lastAt: number;
  noticed?: Noticed | undefined;
  /** Whether something was written against what was noticed; whether that has helped is another question. */
  isAnswered?: boolean;
  /** The change that came after enough repairs; absent while nobody insists. */
  contest?: Noticed | undefined;
}

/**
 * What others have changed of what the controller wrote. It is repaired at once a few times; who changes it back again and
 * again is another controller, and then the repairs come at longer and longer intervals instead of a fight.
 */
export class DriftWatch {
  private readonly histories = new Map<string, History>();
  /** By key and part, those written last at the end. */
  private readonly texts = new Map<string, string>();

  constructor(private readonly clock: Clock) {}

  notice(key: string, noticed: Noticed): void {
    this.forgetOld();
    const history = this.histories.get(key) ?? { repairs: 0, lastAt: 0 };
    this.histories.set(key, history);
    history.noticed = noticed;
    history.isAnswered = false;
    if (history.repairs >= AT_ONCE) history.contest = noticed;
  }

  /** Whether a drift of the key waits to be repaired. */
  hasNoticed(key: string): boolean {
    const history = this.histories.get(key);
    return history?.noticed !== undefined && history.isAnswered !== true;
  }

  /**
   * Whether the same was written before, so that somebody must have changed it since.
   *
   * @param part what is written apart from the rest of an object: `status`
   */
  isRepeated(key: string, write: string, part = ''): boolean {
    return this.texts.get(partKey(key, part)) === digestOf(write);
  }

  /** Milliseconds until a repair is due; 0 for whatever is no drift. */
  waitFor(key: string): number {
    const history = this.histories.get(key);
    if (history?.noticed === undefined || history.isAnswered === true || history.repairs < AT_ONCE) return 0;
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (history.repairs - AT_ONCE));
    return Math.max(0, history.lastAt + wait - this.clock.now());
  }

  /** A write has succeeded. Returns whether it was one against a drift. */
  written(key: string, write: string, part = ''): boolean {
    this.remember(partKey(key, part), write);
    const history = this.histories.get(key);
    if (history?.noticed === undefined) return false;
    // A repair may take several writes.
    if (history.isAnswered !== true) history.repairs += 1;
    history.isAnswered = true;
    history.lastAt = this.clock.now();
    return true;
  }

  /** It is as it should be: the drift that was repaired; undefined when there was none, or somebody else has undone it. */
  settled(key: string): Noticed | undefined {
    const isAnswered = this.histories.get(key)?.isAnswered === true;
    const noticed = this.take(key);
    return isAnswered ? noticed : undefined;
  }

  /** The drift that was noticed, which is none any more. */
  take(key: string): Noticed | undefined {
    const history = this.histories.get(key);
    const noticed = history?.noticed;
    if (history !== undefined) history.noticed = undefined;
    return noticed;
  }

  /** What was written is not wanted any more, so writing it again one day repairs nothing. */
  forgetWritten(key: string): void {
    this.texts.delete(partKey(key, ''));
  }

  /** Forgets everything, as one who does not write any more: others may write the same meanwhile. */
  clear(): void {
    this.histories.clear();
    this.texts.clear();
  }

  /** Who changes again and again what a key is about, as a sentence; undefined where nobody does. */
  contestOf(key: string): string | undefined {
    const history = this.histories.get(key);
    if (history?.contest === undefined || this.isOver(history)) return undefined;
    const { object, what, by = 'Somebody' } = history.contest;
    const does = what === DELETED ? `deletes ${object}` : `changes ${what} of ${object}`;
    const whom = by === 'Somebody' ? 'whoever it is' : by;
    return `${by} ${does} again and again. It is repaired at longer and longer intervals, of five minutes at last; have ${whom} leave it alone.`;
  }

  /** Whether anybody changes anything again and again. */
  get isContested(): boolean {
    for (const history of this.histories.values())
      if (history.contest !== undefined && !this.isOver(history)) return true;
    return false;
  }

  private isOver({ lastAt, noticed }: History): boolean {
    return noticed === undefined && this.clock.now() - lastAt >= CONTEST_MS;
  }

  private remember(key: string, write: string): void {
    this.texts.delete(key);
    this.texts.set(key, digestOf(write));
    for (const oldest of this.texts.keys()) {
      if (this.texts.size <= MOST_REMEMBERED) return;
      this.texts.delete(oldest);
    }
  }

  private forgetOld(): void {
    for (const [key, history] of this.histories) if (this.isOver(history)) this.histories.delete(key);
  }
}

function partKey(key: string, part: string): string {
  return `${key}#${part}`;
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
