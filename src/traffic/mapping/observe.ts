import { EdgeTable, type CoarseOf, type EdgeBounds, type NotKept } from './edge-table';
import { EndTable, firstOfTwo, groupForIntents, whatBothAre, type GroupOf } from './end-table';
import type { Inventory } from './inventory';
import { FlowMapper, type AsideReason, type MappedFlow, type TrafficKind } from './map-flow';
import type { ObservedEdge } from './observed-edge';
import { ObservedNames } from './observed-names';
import { Listening } from './listens';
import type { UnmappedReason } from './traffic-end';
import { UnmappedTally, type Unmapped } from './unmapped';
import type { FlowItem, FlowRecord } from '../flow-record';

/** The time that is looked at. */
export interface TimeWindow {
  /** Milliseconds since 1970: records that ended before are left out. Absent: from the beginning. */
  readonly since?: number | undefined;
  /** Records that begin after it are left out. Absent: to the end. */
  readonly until?: number | undefined;
}

export interface ObserveOptions {
  readonly window?: TimeWindow | undefined;
  /** What ends that are no workloads and Services are told apart by. Default: what intents tell apart. */
  readonly groupOf?: GroupOf | undefined;
  /** What servers come together by when there are too many edges. Default: nothing, those that were seen least are left out. */
  readonly coarseOf?: CoarseOf | undefined;
  /** Default: {@link MOST_PORTS} ports, and {@link MOST_EDGES} edges and {@link MOST_EDGES_A_WORKLOAD} more for each workload. */
  readonly bounds?: EdgeBounds | undefined;
}

/** Edges that are kept however few workloads there are. */
export const MOST_EDGES = 10_000;
export const MOST_EDGES_A_WORKLOAD = 20;
/** Ports of one pair of ends that nobody declares, and that are told apart. */
export const MOST_PORTS = 128;

/** Records that speak of no connection, by reason. */
export type AsideCounts = ReadonlyMap<AsideReason | 'outside-window' | (string & {}), number>;

/** All that the records say, in the size of what is distinct in them. */
export interface Observed {
  /** Sorted by client, server, protocol and port. */
  readonly edges: readonly ObservedEdge[];
  readonly names: ObservedNames;
  /** How many lines there were, each of them in just one of the following numbers. */
  readonly lines: number;
  /** Records that are part of an edge. */
  readonly mapped: number;
  /** Connections that got through, of edges that are not kept because there were too many: in {@link unmapped}, by reason. */
  readonly passedNotKept: number;
  /** Records that answer no question here: replies, records outside the window, headers… by reason, sorted. */
  readonly aside: AsideCounts;
  /** What nobody knows the ends or the direction of, by reason, sorted. */
  readonly unmapped: readonly Unmapped[];
  /** Answers and questions of DNS. */
  readonly dns: number;
  /** Lines that could not be understood, by what is wrong, sorted; with the first place of each. */
  readonly unreadable: readonly Unreadable[];
  /** The first and the last moment of all records that were looked at. */
  readonly first?: number | undefined;
  readonly last?: number | undefined;
}

/** Lines that could not be understood for the same reason. */
export interface Unreadable {
  readonly reason: string;
  readonly lines: number;
  /** `flows.log:12`. */
  readonly example: string;
}

/** Takes records in, one after the other, and keeps what is distinct. */
export class Observer {
  private readonly mapper: FlowMapper;
  private readonly edges: EdgeTable;
  private readonly tally = new UnmappedTally();
  private readonly aside = new Map<string, number>();
  private readonly unreadable = new Map<string, { lines: number; readonly example: string }>();
  private readonly names: ObservedNames;
  private readonly window: TimeWindow;
  private lines = 0;
  private mapped = 0;
  private passedNotKept = 0;
  private dns = 0;
  private first: number | undefined;
  private last: number | undefined;

  constructor(inventory: Inventory, options: ObserveOptions = {}) {
    const { window = {}, groupOf, coarseOf = () => undefined, bounds = boundsOf(inventory) } = options;
    this.mapper = new FlowMapper(inventory);
    // Whoever judges a group does so by one of its addresses; whoever lists it says nothing of one that is true of others.
    const ends =
      groupOf === undefined ? new EndTable(groupForIntents, whatBothAre) : new EndTable(groupOf, firstOfTwo);
    this.edges = new EdgeTable(ends, new Listening(inventory), bounds, coarseOf, (dropped) => {
      this.takeDropped(dropped);
    });
    this.names = new ObservedNames(inventory);
    this.window = window;
  }

  /** How many lines were taken in so far. */
  get taken(): number {
    return this.lines;
  }

  /** @param source the kind of log that the item is from */
  take(item: FlowItem, source: string): void {
    this.lines += 1;
    switch (item.kind) {
      case 'flow':
        this.takeFlow(item, source);
        return;
      case 'dns':
        this.dns += 1;
        this.names.take(item);
        return;
      case 'skipped':
        this.setAside(item.reason);
        return;
      case 'unreadable':
        this.takeUnreadable(item.reason, `${item.place.file}:${item.place.line}`);
    }
  }

  /** What there is so far. */
  observed(): Observed {
    const { names, lines, mapped, passedNotKept, dns, first, last } = this;
    const unreadable = [...this.unreadable].map(([reason, { lines: count, example }]) => ({
      reason,
      lines: count,
      example,
    }));
    return {
      edges: this.edges.edges(),
      names,
      lines,
      mapped,
      passedNotKept,
      dns,
      aside: new Map([...this.aside].sort(byFirst)),
      unmapped: this.tally.list(),
      unreadable: unreadable.sort((a, b) => (a.reason < b.reason ? -1 : 1)),
      first,
      last,
    };
  }

  private takeFlow(record: FlowRecord, source: string): void {
    const outside = this.outsideWindow(record);
    if (outside === 'no-time') {
      this.tally.add('no-time', record.place.file, record.count);
      return;
    }
    if (outside) {
      this.setAside('outside-window');
      return;
    }
    const mapping = this.mapper.map(record);
    if (mapping.type === 'aside') this.setAside(mapping.reason);
    else if (mapping.type === 'unmapped') this.tally.add(mapping.reason, mapping.text, record.count);
    else this.addFlow(mapping.flow, record, source);
    const { time, last = time } = record;
    if (time !== undefined && (this.first === undefined || time < this.first)) this.first = time;
    if (last !== undefined && (this.last === undefined || last > this.last)) this.last = last;
  }

  private addFlow(flow: MappedFlow, record: FlowRecord, source: string): void {
    this.mapped += 1;
    const { domains } = record.destination;
    if (flow.to.type === 'outside') this.names.called(flow.to, flow.from, domains);
    this.edges.add(flow, record, source);
  }

  private takeDropped({ reason, text, records, connections, passed }: NotKept): void {
    this.mapped -= records;
    this.passedNotKept += passed;
    this.tally.add(reason, text, connections, records);
  }

  private outsideWindow({ time, last = time }: FlowRecord): boolean | 'no-time' {
    const { since, until } = this.window;
    if (since === undefined && until === undefined) return false;
    if (time === undefined || last === undefined) return 'no-time';
    return (since !== undefined && last < since) || (until !== undefined && time > until);
  }

  private setAside(reason: string): void {
    this.aside.set(reason, (this.aside.get(reason) ?? 0) + 1);
  }

  private takeUnreadable(reason: string, example: string): void {
    const known = this.unreadable.get(reason);
    if (known === undefined) this.unreadable.set(reason, { lines: 1, example });
    else known.lines += 1;
  }
}

function boundsOf({ cluster }: Inventory): EdgeBounds {
  return { edges: MOST_EDGES + MOST_EDGES_A_WORKLOAD * cluster.workloads.length, ports: MOST_PORTS };
}

function byFirst([a]: readonly [string, number], [b]: readonly [string, number]): number {
  return a < b ? -1 : 1;
}

export type { TrafficKind, UnmappedReason };
