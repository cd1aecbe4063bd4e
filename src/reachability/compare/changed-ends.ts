import { affectedById, type Compared, type ComparedPeer } from './compared';
import { printAddressPeer } from '../ends/address-peer';
import type { Admission } from '../reachability';
import type { Workload } from '../../model/workloads/workload';
import type { Direction } from '../../policies/direction';

/**
 * The workloads that treat their peers differently before and after, in one direction: they let others in (or may
 * go) otherwise than before. A workload of one side only is one of them.
 */
export function changedEnds(
  before: Compared,
  after: Compared,
  peers: readonly ComparedPeer[],
  direction: Direction,
): ReadonlySet<ComparedPeer> {
  const both = new Set(
    peers.filter((peer) => peer.before !== undefined && peer.after !== undefined).map(({ id }) => id),
  );
  const wordings = new Wordings(both);
  const affected = affectedById(after, direction);
  const changed = new Set<ComparedPeer>();
  for (const peer of peers) {
    const [old, young] = [peer.before, peer.after];
    if (old?.type === 'addresses') continue;
    if (old?.type !== 'workload' || young?.type !== 'workload') changed.add(peer);
    else if (affected?.has(peer.id) === false) continue;
    // Who is another is met otherwise by others, which are not among the affected for that.
    else if (
      affected?.get(peer.id)?.self === true ||
      wordings.of(before.reachability.admissions(old.workload, direction)) !==
        wordings.of(after.reachability.admissions(young.workload, direction))
    )
      changed.add(peer);
  }
  return changed;
}

/** Equal texts for equal admissions, as far as peers of both sides go. Equal lists mostly are the same object. */
class Wordings {
  private readonly whole = new WeakMap<readonly Admission[], string>();
  private readonly workloads = new WeakMap<readonly Workload[], number>();
  private readonly numbers = new Map<string, number>();

  constructor(private readonly both: ReadonlySet<string>) {}

  of(admissions: readonly Admission[]): string {
    const known = this.whole.get(admissions);
    if (known !== undefined) return known;
    const text = admissions
      .map((admission) => this.admission(admission))
      .filter((part) => part !== '')
      .sort()
      .join(' ');
    this.whole.set(admissions, text);
    return text;
  }

  private admission({ workloads, addresses, verdict }: Admission): string {
    const inside = this.numberOf(workloads);
    if (inside === NOBODY && addresses.length === 0) return '';
    return [inside, addresses.map(printAddressPeer), verdict.allowed.id, verdict.undecided.id].join(';');
  }

  private numberOf(workloads: readonly Workload[]): number {
    const known = this.workloads.get(workloads);
    if (known !== undefined) return known;
    const ids = workloads.flatMap(({ id }) => (this.both.has(id) ? [id] : [])).join(' ');
    const number = ids === '' ? NOBODY : (this.numbers.get(ids) ?? this.numbers.size);
    if (ids !== '') this.numbers.set(ids, number);
    this.workloads.set(workloads, number);
    return number;
  }
}

const NOBODY = -1;
