import { printAddressPeer } from '../ends/address-peer';
import type { AddressPeer, Reachability, WorkloadPeer } from '../reachability';
import type { AffectedWorkload } from '../reevaluation/affected';
import type { Workload } from '../../model/workloads/workload';
import type { Direction } from '../../policies/direction';

/** Workloads and who can talk to whom among them: one side of a comparison. */
export interface Compared {
  /** Sorted by id. */
  readonly workloads: readonly Workload[];
  readonly reachability: Reachability;
  /**
   * Of the side after: the workloads whose side can differ from what it was before, as `reevaluate` says them. Default:
   * any.
   */
  readonly affected?: readonly AffectedWorkload[] | undefined;
}

/** A peer on each side of a comparison; a workload may be on one side only. */
export interface ComparedPeer {
  /** `shop/cart[Deployment]`, or a range of outside addresses. */
  readonly id: string;
  readonly before: WorkloadPeer | AddressPeer | undefined;
  readonly after: WorkloadPeer | AddressPeer | undefined;
}

/** The workloads whose side can differ in a direction, by id; undefined: any. */
export function affectedById(
  { affected }: Pick<Compared, 'affected'>,
  direction: Direction,
): ReadonlyMap<string, AffectedWorkload> | undefined {
  if (affected === undefined) return undefined;
  const concerned = affected.filter(({ directions }) => directions.includes(direction));
  return new Map(concerned.map((one) => [one.workload.id, one]));
}

/** The peers of both sides: workloads by id, then outside addresses in ranges that neither side tells apart. */
export function comparedPeers(before: Compared, after: Compared): ComparedPeer[] {
  const [old, young] = [byId(before), byId(after)];
  const ids = [...new Set([...old.keys(), ...young.keys()])].sort();
  return [
    ...ids.map((id) => ({ id, before: peerOf(old.get(id)), after: peerOf(young.get(id)) })),
    ...commonRanges(before.reachability.addresses, after.reachability.addresses).map((range) => ({
      id: printAddressPeer(range),
      before: range,
      after: range,
    })),
  ];
}

function byId({ workloads }: Compared): ReadonlyMap<string, Workload> {
  return new Map(workloads.map((workload) => [workload.id, workload]));
}

function peerOf(workload: Workload | undefined): WorkloadPeer | undefined {
  return workload === undefined ? undefined : { type: 'workload', workload };
}

/** Two lists that each cover both families whole, cut wherever either is. */
function commonRanges(a: readonly AddressPeer[], b: readonly AddressPeer[]): AddressPeer[] {
  return ([4, 6] as const).flatMap((version) => {
    const ranges = [...a, ...b].filter((range) => range.version === version);
    const starts = [...new Set(ranges.map(({ first }) => first))].sort(compare);
    const end = 1n << (version === 4 ? 32n : 128n);
    return starts.map((first, index): AddressPeer => ({
      type: 'addresses',
      version,
      first,
      last: (starts[index + 1] ?? end) - 1n,
    }));
  });
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
