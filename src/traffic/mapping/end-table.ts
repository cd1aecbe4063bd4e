import { NODE_LOCAL_DNS } from './address-ranges';
import { endName, type TrafficEnd } from './traffic-end';

/** More ends than these that are no workloads or Services are not told apart: memory is to stay small. */
const MOST_OTHERS = 100_000;

/** Numbers for ends, so that pairs of them are found fast. */
export class EndTable {
  private readonly ends: TrafficEnd[] = [];
  private readonly byObject = new Map<object, number>();
  private readonly byKey = new Map<string, number>();

  /**
   * @param groupOf what ends that are no workloads and Services are told apart by
   * @param join the end that stands for two different ones of a group, whichever of them comes first
   */
  constructor(
    private readonly groupOf: (end: TrafficEnd, role: 'client' | 'server') => string,
    private readonly join: (one: TrafficEnd, other: TrafficEnd) => TrafficEnd,
  ) {}

  /** The number of an end; undefined when there are too many. */
  idOf(end: TrafficEnd, role: 'client' | 'server'): number | undefined {
    if (end.type === 'workload') return this.ofObject(end.workload, end);
    if (end.type === 'service') return this.ofObject(end.service, end);
    const key = `${end.type} ${this.groupOf(end, role)}`;
    const known = this.byKey.get(key);
    if (known !== undefined) {
      const so = this.at(known);
      if (!isSame(so, end)) this.ends[known] = this.join(so, end);
      return known;
    }
    if (this.byKey.size >= MOST_OTHERS) return undefined;
    const id = this.ends.push(end) - 1;
    this.byKey.set(key, id);
    return id;
  }

  /** The end with a number that {@link idOf} gave. */
  at(id: number): TrafficEnd {
    const end = this.ends[id];
    if (end === undefined) throw new RangeError(`There is no end ${id}.`);
    return end;
  }

  private ofObject(object: object, end: TrafficEnd): number {
    const known = this.byObject.get(object);
    if (known !== undefined) return known;
    const id = this.ends.push(end) - 1;
    this.byObject.set(object, id);
    return id;
  }
}

function isSame(one: TrafficEnd, other: TrafficEnd): boolean {
  return one === other || sortKey(one) === sortKey(other);
}

function sortKey(end: TrafficEnd): string {
  if (end.type === 'pod') return JSON.stringify(Object.entries(end.labels).sort());
  return ('address' in end ? end.address : undefined) ?? ('domain' in end ? end.domain : undefined) ?? '';
}

/** The one that sorts first. */
export function firstOfTwo(one: TrafficEnd, other: TrafficEnd): TrafficEnd {
  return sortKey(one) <= sortKey(other) ? one : other;
}

/** What is true of both: `203.0.113.7` and `203.0.113.9` are somebody outside. Of pods, the one that sorts first. */
export function whatBothAre(one: TrafficEnd, other: TrafficEnd): TrafficEnd {
  switch (one.type) {
    case 'node':
    case 'api-server':
    case 'outside':
      return { type: one.type };
    case 'workload':
    case 'service':
    case 'pod':
    case 'health':
      return firstOfTwo(one, other);
  }
}

/**
 * What intents tell apart: servers outside by address or name; whoever comes from outside, and nodes, are one, but
 * for the DNS cache on a node.
 */
export function groupForIntents(end: TrafficEnd, role: 'client' | 'server'): string {
  if (end.type === 'pod') return endName(end);
  if (end.type === 'node') return end.address === NODE_LOCAL_DNS ? 'dns' : '';
  if (end.type === 'outside') return role === 'client' ? '' : (end.address ?? `name ${end.domain ?? ''}`);
  return '';
}
