import type { FlowRecord } from '../flow-record';
import { ownText } from '../own-text';
import type { Service } from '../../model/services/service';

/** Of more points than these, those whose names sort last are counted as one. */
const MOST_POINTS = 64;
/** Names of points come from logs; so much of one tells it from others. */
const LONGEST_POINT = 200;

/** How logs call the points at either end: Calico, Istio, Inspektor Gadget; Hubble and VPC flow logs by direction. */
const CLIENT_SIDE = /(^|[ -])(src|source|client|egress)$/i;
const SERVER_SIDE = /(^|[ -])(dst|destination|server|ingress)$/i;

const NOTHING: readonly never[] = [];

/** What one point has seen. */
interface PointCount {
  readonly point: string;
  readonly source: string;
  count: number;
}

/** Counts what was seen of one edge; of constant size. Its lists are short, and as long as what is in them: edges are many. */
export class EdgeCount {
  /** How many records it is of. */
  records = 0;
  denied = 0;
  unanswered = 0;
  first: number | undefined;
  last: number | undefined;
  /** Those that all records have of connections which got through, and of those that were denied. */
  private allowedDoubts = -1;
  private deniedDoubts = -1;
  private allServices: readonly Service[] = NOTHING;
  private allSources: readonly string[] = NOTHING;
  /** Which points are kept apart does not depend on the order of the records. */
  private points: readonly PointCount[] = NOTHING;
  private others = 0;
  /** What was counted to its end elsewhere, and is no longer told apart by points. */
  private absorbed = 0;
  /** Logs in which the server's side denied. */
  private deniedByServer: readonly string[] = NOTHING;

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
    const seen = this.points.reduce(
      (most, one) => (this.isOverruled(one) ? most : Math.max(most, one.count)),
      this.others,
    );
    return this.absorbed + seen;
  }

  /** How many points are kept apart: what of its size grows. */
  get pointCount(): number {
    return this.points.length;
  }

  /** Doubts that all of its records have; those of denied connections count where no other one was seen. */
  get doubts(): number {
    const doubts = this.allowedDoubts < 0 ? this.deniedDoubts : this.allowedDoubts;
    return Math.max(doubts, 0);
  }

  add(record: FlowRecord, doubts: number, service: Service | undefined, source: string): void {
    const { count, verdict, answered, seenAt = '', time, last = time } = record;
    this.records += 1;
    if (verdict === 'denied') {
      this.denied += count;
      this.deniedDoubts &= doubts;
      if (SERVER_SIDE.test(seenAt)) this.deniedByServer = withOne(this.deniedByServer, source);
    } else if (verdict === 'lost' || answered === false) this.unanswered += count;
    else {
      this.addAt(seenAt, count, source);
      this.allowedDoubts &= doubts;
    }
    const isCall = verdict === 'denied' || (verdict !== 'lost' && answered !== false);
    if (isCall && service !== undefined) this.allServices = withOne(this.allServices, service);
    this.allSources = withOne(this.allSources, source);
    this.addTime(time, last);
  }

  /** Adds what another edge comes to. Its points are of no use here: one of them saw one edge and not the other. */
  absorb(other: EdgeCount): void {
    this.records += other.records;
    this.absorbed += other.count;
    this.denied += other.denied;
    this.unanswered += other.unanswered;
    this.allowedDoubts &= other.allowedDoubts;
    this.deniedDoubts &= other.deniedDoubts;
    for (const service of other.services) this.allServices = withOne(this.allServices, service);
    for (const source of other.sources) this.allSources = withOne(this.allSources, source);
    this.addTime(other.first, other.last);
  }

  private addTime(first: number | undefined, last: number | undefined): void {
    if (first !== undefined && (this.first === undefined || first < this.first)) this.first = first;
    if (last !== undefined && (this.last === undefined || last > this.last)) this.last = last;
  }

  private isOverruled({ point, source }: PointCount): boolean {
    return this.deniedByServer.includes(source) && CLIENT_SIDE.test(point);
  }

  private addAt(seenAt: string, count: number, source: string): void {
    const point = seenAt.length > LONGEST_POINT ? seenAt.slice(0, LONGEST_POINT) : seenAt;
    const known = this.find(point, source);
    if (known !== undefined) known.count += count;
    else if (this.points.length < MOST_POINTS)
      this.points = [...this.points, { point: ownText(point), source, count }];
    else this.addBeyond(point, count, source);
  }

  /** Two kinds of logs may call a point alike. Looked for in a loop: this is done for each record. */
  private find(point: string, source: string): PointCount | undefined {
    for (const one of this.points)
      if (one.point === point && (point === '' || one.source === source)) return one;
    return undefined;
  }

  private addBeyond(point: string, count: number, source: string): void {
    const last = this.points.reduce((most, one) => (one.point > most ? one.point : most), '');
    if (point > last) {
      this.others += count;
      return;
    }
    const index = this.points.findIndex((one) => one.point === last);
    this.others += this.points[index]?.count ?? 0;
    this.points = this.points.map((one, at) => (at === index ? { point, source, count } : one));
  }
}

/** Few of anything: a list is smaller than a set, and looked through as fast. */
function withOne<T>(list: readonly T[], one: T): readonly T[] {
  return list.includes(one) ? list : [...list, one];
}
