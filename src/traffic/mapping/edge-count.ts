import type { FlowRecord } from '../flow-record';
import type { Service } from '../../model/services/service';

/** Of more points than these, those whose names sort last are counted as one. */
const MOST_POINTS = 64;

/** Counts what was seen of one edge; of constant size. */
export class EdgeCount {
  denied = 0;
  unanswered = 0;
  first: number | undefined;
  last: number | undefined;
  /** Those that all records have of connections which got through, and of those that were denied. */
  private allowedDoubts = -1;
  private deniedDoubts = -1;
  readonly services = new Set<Service>();
  readonly sources = new Set<string>();
  /** Which points are kept apart does not depend on the order of the records. */
  private readonly points: string[] = [];
  private readonly counts: number[] = [];
  private others = 0;

  /** Connections, as many as the point with most of them saw. */
  get count(): number {
    return this.counts.reduce((most, count) => Math.max(most, count), this.others);
  }

  /** Doubts that all of its records have; those of denied connections count where no other one was seen. */
  get doubts(): number {
    const doubts = this.allowedDoubts < 0 ? this.deniedDoubts : this.allowedDoubts;
    return Math.max(doubts, 0);
  }

  add(record: FlowRecord, doubts: number, service: Service | undefined, source: string): void {
    const { count, verdict, answered, seenAt = '', time, last = time } = record;
    if (verdict === 'denied') {
      this.denied += count;
      this.deniedDoubts &= doubts;
    } else if (verdict === 'lost' || answered === false) this.unanswered += count;
    else {
      this.addAt(seenAt, count);
      this.allowedDoubts &= doubts;
    }
    const isCall = verdict === 'denied' || (verdict !== 'lost' && answered !== false);
    if (isCall && service !== undefined) this.services.add(service);
    this.sources.add(source);
    if (time !== undefined && (this.first === undefined || time < this.first)) this.first = time;
    if (last !== undefined && (this.last === undefined || last > this.last)) this.last = last;
  }

  private addAt(point: string, count: number): void {
    const index = this.points.indexOf(point);
    if (index >= 0) this.counts[index] = (this.counts[index] ?? 0) + count;
    else if (this.points.length < MOST_POINTS) {
      this.points.push(point);
      this.counts.push(count);
    } else this.addBeyond(point, count);
  }

  private addBeyond(point: string, count: number): void {
    const last = this.points.reduce((most, name) => (name > most ? name : most), '');
    if (point > last) {
      this.others += count;
      return;
    }
    const index = this.points.indexOf(last);
    this.others += this.counts[index] ?? 0;
    this.points[index] = point;
    this.counts[index] = count;
  }
}
