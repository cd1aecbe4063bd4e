import type { FlowRecord } from '../flow-record';
import type { Service } from '../../model/services/service';

/** Of more points than these, those whose names sort last are counted as one. */
const MOST_POINTS = 64;

/** How logs call the points at either end: Calico, Istio, Inspektor Gadget; Hubble and VPC flow logs by direction. */
const CLIENT_SIDE = /(^|[ -])(src|source|client|egress)$/i;
const SERVER_SIDE = /(^|[ -])(dst|destination|server|ingress)$/i;

/** Counts what was seen of one edge; of constant size. */
export class EdgeCount {
  denied = 0;
  unanswered = 0;
  first: number | undefined;
  last: number | undefined;
  /** Those that all records have of connections which got through, and of those that were denied. */
  private allowedDoubts = -1;
  private deniedDoubts = -1;
  private readonly allServices: Service[] = [];
  private readonly allSources: string[] = [];
  /** Which points are kept apart does not depend on the order of the records. */
  private readonly points: string[] = [];
  private readonly pointSources: string[] = [];
  private readonly counts: number[] = [];
  private others = 0;
  /** Logs in which the server's side denied. */
  private readonly deniedByServer: string[] = [];

  /** Services that were called. */
  get services(): readonly Service[] {
    return this.allServices;
  }

  /** Which kinds of logs it is from. */
  get sources(): readonly string[] {
    return this.allSources;
  }

  /**
   * Connections, as many as the point with most of them saw. Where the server's side denied some, what the client's
   * side of the same log let out says nothing of what came in: Calico reports "allow" at the source and "deny" at the
   * destination of one connection, and so do Hubble and VPC flow logs.
   */
  get count(): number {
    return this.counts.reduce(
      (most, count, index) => (this.isOverruled(index) ? most : Math.max(most, count)),
      this.others,
    );
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
      if (!this.deniedByServer.includes(source) && SERVER_SIDE.test(seenAt)) this.deniedByServer.push(source);
    } else if (verdict === 'lost' || answered === false) this.unanswered += count;
    else {
      this.addAt(seenAt, count, source);
      this.allowedDoubts &= doubts;
    }
    const isCall = verdict === 'denied' || (verdict !== 'lost' && answered !== false);
    if (isCall) this.addService(service);
    if (!this.allSources.includes(source)) this.allSources.push(source);
    this.addTime(time, last);
  }

  /** Few of them: a list is smaller than a set, and looked through as fast. */
  private addService(service: Service | undefined): void {
    if (service !== undefined && !this.allServices.includes(service)) this.allServices.push(service);
  }

  private addTime(first: number | undefined, last: number | undefined): void {
    if (first !== undefined && (this.first === undefined || first < this.first)) this.first = first;
    if (last !== undefined && (this.last === undefined || last > this.last)) this.last = last;
  }

  private isOverruled(index: number): boolean {
    return (
      this.deniedByServer.includes(this.pointSources[index] ?? '') &&
      CLIENT_SIDE.test(this.points[index] ?? '')
    );
  }

  private addAt(point: string, count: number, source: string): void {
    const index = this.indexOf(point, source);
    if (index >= 0) this.counts[index] = (this.counts[index] ?? 0) + count;
    else if (this.points.length < MOST_POINTS) {
      this.points.push(point);
      this.pointSources.push(source);
      this.counts.push(count);
    } else this.addBeyond(point, count, source);
  }

  /** Two kinds of logs may call a point alike. Looked for in a loop: this is done for each record. */
  private indexOf(point: string, source: string): number {
    for (let index = 0; index < this.points.length; index++)
      if (this.points[index] === point && (point === '' || this.pointSources[index] === source)) return index;
    return -1;
  }

  private addBeyond(point: string, count: number, source: string): void {
    const last = this.points.reduce((most, name) => (name > most ? name : most), '');
    if (point > last) {
      this.others += count;
      return;
    }
    const index = this.points.indexOf(last);
    this.others += this.counts[index] ?? 0;
    this.points[index] = point;
    this.pointSources[index] = source;
    this.counts[index] = count;
  }
}
