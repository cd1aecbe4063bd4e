import { ownText } from '../own-text';
import type { UnmappedReason } from './traffic-end';

/** Records that are not mapped for one reason. */
export interface Unmapped {
  readonly reason: UnmappedReason;
  readonly records: number;
  readonly connections: number;
  /** What there was to go by (an address, a name, a pair), with how many records; those with most first. */
  readonly about: readonly { readonly text: string; readonly records: number }[];
  /** Records about others, of which there were too many to keep. */
  readonly more: number;
}

/** Others are counted together. */
const MOST_TEXTS = 1_000;
/** Texts come from logs, where a name may be as long as a line. */
const LONGEST_TEXT = 200;

interface Counted {
  records: number;
  connections: number;
  more: number;
  readonly about: Map<string, number>;
}

/** Counts what is not mapped, by reason and by what it is about; of bounded size. */
export class UnmappedTally {
  private readonly reasons = new Map<UnmappedReason, Counted>();

  /** @param records how many records these are. Default 1 */
  add(reason: UnmappedReason, text: string, connections: number, records = 1): void {
    let counted = this.reasons.get(reason);
    if (counted === undefined) {
      counted = { records: 0, connections: 0, more: 0, about: new Map() };
      this.reasons.set(reason, counted);
    }
    counted.records += records;
    counted.connections += connections;
    const key = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
    const known = counted.about.get(key);
    if (known !== undefined) counted.about.set(key, known + records);
    else if (counted.about.size < MOST_TEXTS) counted.about.set(ownText(key), records);
    else counted.more += records;
  }

  /** Sorted by reason. */
  list(): Unmapped[] {
    return [...this.reasons]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([reason, { records, connections, about, more }]) => ({
        reason,
        records,
        connections,
        about: [...about]
          .map(([text, count]) => ({ text, records: count }))
          .sort((a, b) => b.records - a.records || (a.text < b.text ? -1 : 1)),
        more,
      }));
  }
}
