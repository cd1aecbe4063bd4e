import type { FlowItem, FlowPlace } from '../../src/traffic/flow-record';

/** Lines that were left out for one reason. */
export interface LeftOut {
  readonly kind: 'skipped' | 'unreadable';
  /** Why, as the items say it. */
  readonly reason: string;
  readonly file: string;
  readonly count: number;
  /** The first of them. */
  readonly first: FlowPlace;
}

/** Counts what lines end as. Its memory grows with files and reasons, never with lines. */
export class FlowTally {
  private readonly reasons = new Map<string, { readonly left: Omit<LeftOut, 'count'>; count: number }>();
  private flowCount = 0;
  private dnsCount = 0;

  add(item: FlowItem): void {
    if (item.kind === 'flow') this.flowCount++;
    else if (item.kind === 'dns') this.dnsCount++;
    else {
      const { kind, reason, place } = item;
      const key = `${place.file}\u0000${kind}\u0000${reason}`;
      const known = this.reasons.get(key);
      if (known !== undefined) known.count++;
      else this.reasons.set(key, { left: { kind, reason, file: place.file, first: place }, count: 1 });
    }
  }

  /** Records of connections. */
  get flows(): number {
    return this.flowCount;
  }

  /** Records of DNS. */
  get dns(): number {
    return this.dnsCount;
  }

  /** What was left out, by file in the order of reading: what is unreadable first, the most frequent first. */
  leftOut(): readonly LeftOut[] {
    const files = new Map<string, number>();
    const all = [...this.reasons.values()].map(({ left, count }) => ({ ...left, count }));
    for (const { file } of all) if (!files.has(file)) files.set(file, files.size);
    const order = ({ file, kind }: LeftOut): number =>
      (files.get(file) ?? 0) * 2 + (kind === 'skipped' ? 1 : 0);
    return all.sort((a, b) => order(a) - order(b) || b.count - a.count || (a.reason < b.reason ? -1 : 1));
  }
}
