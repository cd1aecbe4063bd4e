import { NODE_LOCAL_DNS } from './address-ranges';
import { ownText } from '../own-text';
import { endName, type TrafficEnd } from './traffic-end';

/** So many characters of names take about as much memory as an edge. */
const CHARACTERS = 1_000;

/** What ends that are no workloads or Services are told apart by. */
export type GroupOf = (end: TrafficEnd, role: 'client' | 'server') => string;

interface Known {
  end: TrafficEnd;
  /** Of ends that are no workloads or Services. */
  readonly key?: string;
  readonly weight: number;
}

/** Numbers for ends, so that pairs of them are found fast. */
export class EndTable {
  private readonly ends: (Known | undefined)[] = [];
  private readonly byObject = new Map<object, number>();
  private readonly byKey = new Map<string, number>();
  private readonly free: number[] = [];

  /** @param join the end that stands for two different ones of a group, whichever of them comes first */
  constructor(
    private readonly groupOf: GroupOf,
    private readonly join: (one: TrafficEnd, other: TrafficEnd) => TrafficEnd,
  ) {}

  /** The number of an end. */
  idOf(end: TrafficEnd, role: 'client' | 'server'): number {
    if (end.type === 'workload') return this.ofObject(end.workload, end);
    if (end.type === 'service') return this.ofObject(end.service, end);
    return this.ofGroup(end, `${end.type} ${this.groupOf(end, role)}`);
  }

  /** The number of a group of ends, which is told from whatever {@link idOf} tells apart. */
  ofCoarse(end: TrafficEnd, group: string): number {
    return this.ofGroup(end, `all ${end.type} ${group}`);
  }

  /** The end with a number that was given. */
  at(id: number): TrafficEnd {
    const known = this.ends[id];
    if (known === undefined) throw new RangeError(`There is no end ${id}.`);
    return known.end;
  }

  /** What the names of an end take in memory, in edges: they come from logs, and are not all short. */
  weightOf(id: number): number {
    return this.ends[id]?.weight ?? 0;
  }

  /** Forgets ends that are in no edge any more. Their numbers are given again. */
  keepOnly(used: ReadonlySet<number>): void {
    for (const [id, known] of this.ends.entries()) {
      if (known?.key === undefined || used.has(id)) continue;
      this.byKey.delete(known.key);
      this.ends[id] = undefined;
      this.free.push(id);
    }
  }

  private ofGroup(end: TrafficEnd, key: string): number {
    const id = this.byKey.get(key);
    const known = id === undefined ? undefined : this.ends[id];
    if (id === undefined || known === undefined) return this.addGroup(end, key);
    if (!isSame(known.end, end)) {
      const joined = this.join(known.end, end);
      if (joined !== known.end) known.end = ownEnd(joined);
    }
    return id;
  }

  private addGroup(end: TrafficEnd, key: string): number {
    const known = { end: ownEnd(end), key, weight: weightOf(end, key) };
    const id = this.free.pop() ?? this.ends.length;
    this.ends[id] = known;
    this.byKey.set(key, id);
    return id;
  }

  private ofObject(object: object, end: TrafficEnd): number {
    const known = this.byObject.get(object);
    if (known !== undefined) return known;
    const id = this.ends.push({ end, weight: 0 }) - 1;
    this.byObject.set(object, id);
    return id;
  }
}

/** Its texts are from a log. */
function ownEnd(end: TrafficEnd): TrafficEnd {
  switch (end.type) {
    case 'pod': {
      const labels = Object.entries(end.labels).map(
        ([key, value]) => [ownText(key), ownText(value)] as const,
      );
      const { type, namespace, name } = end;
      return {
        type,
        namespace: ownText(namespace),
        name: ownText(name),
        labels: Object.fromEntries(labels),
      };
    }
    case 'outside':
      return end.domain === undefined ? end : { ...end, domain: ownText(end.domain) };
    case 'workload':
    case 'service':
    case 'node':
    case 'health':
    case 'api-server':
      // Addresses are copies when they are read.
      return end;
  }
}

function weightOf(end: TrafficEnd, key: string): number {
  const labels = end.type === 'pod' ? JSON.stringify(end.labels).length : 0;
  return (2 * key.length + labels) / CHARACTERS;
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
