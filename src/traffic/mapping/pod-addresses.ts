import { canonicalAddress } from './canonical-address';
import type { PodOwners } from './pod-owners';
import { isJsonObject, jsonAt, type Json } from '../../model/json';
import type { Labels, Resource } from '../../model/resource';
import type { Workload } from '../../model/workloads/workload';

/** A pod that belongs to no workload of the manifests. */
export interface StrangePod {
  readonly type: 'pod';
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
}

/** Whose an address was. */
export type Holder = Workload | StrangePod;

interface Holding {
  readonly holder: Holder;
  /** Milliseconds since 1970; from the start of time where nobody knows. */
  readonly from: number;
  /** To the end of time for a pod that is still there. */
  readonly to: number;
}

/**
 * What is known of an address at a moment. `nobody`: no pod ever had it. `other-time`: pods had it, but none at that
 * moment. `several`: it went from one workload to another about then, or nobody knows when.
 */
export type HolderAt = Holder | 'nobody' | 'other-time' | 'several';

/** Which pods had which addresses, and when. Addresses are given out again when a pod is gone. */
export class PodAddresses {
  private readonly holdings = new Map<string, Holding[]>();

  /** @param skew by how many milliseconds clocks may differ */
  constructor(
    pods: readonly Resource[],
    owners: PodOwners,
    private readonly skew: number,
  ) {
    const byPod = new Map<string, Map<string, Holding>>();
    for (const pod of pods) {
      if (isHostNetwork(pod)) continue;
      const holding = { holder: holderOf(pod, owners), from: startOf(pod), to: endOf(pod) };
      for (const ip of addressesOf(pod)) {
        const known = byPod.get(ip) ?? new Map<string, Holding>();
        const key = podKey(pod, holding.from);
        const earlier = known.get(key);
        known.set(key, earlier === undefined ? holding : sameInTwoSnapshots(earlier, holding));
        byPod.set(ip, known);
      }
    }
    for (const [ip, known] of byPod) this.holdings.set(ip, endedBySuccessors([...known.values()]));
  }

  /** How many addresses are known. */
  get size(): number {
    return this.holdings.size;
  }

  /** @param time in milliseconds since 1970; absent where the record has none: then only an address that never changed hands is sure */
  at(ip: string, time: number | undefined): HolderAt {
    const holdings = this.holdings.get(ip);
    const [first] = holdings ?? [];
    if (holdings === undefined || first === undefined) return 'nobody';
    let found: Holder | undefined;
    for (const { holder, from, to } of holdings) {
      if (time !== undefined && (time < from - this.skew || time > to + this.skew)) continue;
      if (found !== undefined && found !== holder && !sameStranger(found, holder)) return 'several';
      found = holder;
    }
    return found ?? 'other-time';
  }
}

/** One pod in several snapshots is one. Without a uid, only what began at the same time is taken for the same. */
function podKey({ manifest, namespace = 'default', name }: Resource, from: number): string {
  const uid = jsonAt(manifest, ['metadata', 'uid']);
  return typeof uid === 'string' ? `uid ${uid}` : `${namespace}/${name} ${from}`;
}

/** The snapshot that says when the pod began, or has ended, knows more. */
function sameInTwoSnapshots(one: Holding, other: Holding): Holding {
  return {
    holder: one.holder,
    from: Math.max(one.from, other.from),
    to: Math.min(one.to, other.to),
  };
}

/**
 * No two pods have an address at once: a pod that was still there in an old snapshot was gone when another one began with
 * its address.
 */
function endedBySuccessors(holdings: readonly Holding[]): Holding[] {
  const sorted = [...holdings].sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  let next: number | undefined;
  let later: number | undefined;
  return sorted
    .reverse()
    .map((holding) => {
      if (next !== undefined && next > holding.from) later = next;
      next = holding.from;
      // Of a pod without a beginning nobody knows whether it was there before.
      const isOpen = holding.to === Infinity && holding.from !== -Infinity;
      return isOpen && later !== undefined ? { ...holding, to: later } : holding;
    })
    .reverse();
}

function sameStranger(a: Holder, b: Holder): boolean {
  return 'type' in a && 'type' in b && a.namespace === b.namespace && a.name === b.name;
}

function holderOf(pod: Resource, owners: PodOwners): Holder {
  const workload = owners.of(pod);
  if (workload !== undefined) return workload;
  return {
    type: 'pod',
    namespace: pod.namespace ?? 'default',
    name: pod.name,
    labels: textsOf(jsonAt(pod.manifest, ['metadata', 'labels'])),
  };
}

function textsOf(value: Json | undefined): Labels {
  if (!isJsonObject(value)) return {};
  const texts = Object.entries(value).filter((one): one is [string, string] => typeof one[1] === 'string');
  return Object.fromEntries(texts);
}

function isHostNetwork({ manifest }: Resource): boolean {
  return jsonAt(manifest, ['spec', 'hostNetwork']) === true;
}

/** `status.podIPs`, or the older `status.podIP`; of a pod that has ended too, as it had them. */
function addressesOf({ manifest }: Resource): string[] {
  const list = jsonAt(manifest, ['status', 'podIPs']);
  const all = [
    jsonAt(manifest, ['status', 'podIP']),
    ...(Array.isArray(list) ? list.map((item) => jsonAt(item, ['ip'])) : []),
  ];
  return [...new Set(all.flatMap((ip) => (typeof ip === 'string' ? (canonicalAddress(ip) ?? []) : [])))];
}

/** The kubelet takes a pod on before it has an address (`status.startTime`); older still is the object. */
function startOf({ manifest }: Resource): number {
  return (
    moment(jsonAt(manifest, ['status', 'startTime'])) ??
    moment(jsonAt(manifest, ['metadata', 'creationTimestamp'])) ??
    -Infinity
  );
}

/** When its network is gone: the pod is deleted, or the last of its containers has ended for good. */
function endOf({ manifest }: Resource): number {
  const deleted = moment(jsonAt(manifest, ['metadata', 'deletionTimestamp']));
  if (deleted !== undefined) return deleted;
  const phase = jsonAt(manifest, ['status', 'phase']);
  if (phase !== 'Succeeded' && phase !== 'Failed') return Infinity;
  const statuses = jsonAt(manifest, ['status', 'containerStatuses']);
  const ends = (Array.isArray(statuses) ? statuses : []).flatMap(
    (status) => moment(jsonAt(status, ['state', 'terminated', 'finishedAt'])) ?? [],
  );
  return ends.length === 0 ? Infinity : ends.reduce((a, b) => Math.max(a, b));
}

function moment(value: Json | undefined): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
