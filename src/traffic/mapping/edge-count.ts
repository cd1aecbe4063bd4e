import type { FlowRecord } from '../flow-record';
import type { Service } from '../../model/services/service';

/** More points than these are counted as one: what they are for is the largest. */
const MOST_POINTS = 64;

/** Counts what was seen of one edge; of constant size. */
export class EdgeCount {
  denied = 0;
  unanswered = 0;
  first: number | undefined;
  last: number | undefined;
  /** Those that all records have. */
  doubts = -1;
  readonly services = new Set<Service>();
  readonly sources = new Set<string>();
  private readonly points: string[] = [];
  private readonly counts: number[] = [];

  /** Connections, as many as the point with most of them saw. */
  get count(): number {
    return this.counts.reduce((most, count) => Math.max(most, count), 0);
  }

  add(record: FlowRecord, doubts: number, service: Service | undefined, source: string): void {
    const { count, verdict, answered, seenAt = '', time, last = time } = record;
    if (verdict === 'denied') this.denied += count;
    else if (verdict === 'lost' || answered === false) this.unanswered += count;
    else {
      this.addAt(seenAt, count);
      this.doubts &= doubts;
      if (service !== undefined) this.services.add(service);
    }
    this.sources.add(source);
    if (time !== undefined && (this.first === undefined || time < this.first)) this.first = time;
    if (last !== undefined && (this.last === undefined || last > this.last)) this.last = last;
  }

  private addAt(point: string, count: number): void {
    let index = this.points.indexOf(point);
    if (index < 0) {
      index = this.points.length < MOST_POINTS ? this.points.push(point) - 1 : 0;
    }
    this.counts[index] = (this.counts[index] ?? 0) + count;
  }
}
