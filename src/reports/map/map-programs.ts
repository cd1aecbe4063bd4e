import type { Workload } from '../../model/workloads/workload';
import type { Direction } from '../../policies/direction';
import type { Policy } from '../../policies/policy';
import { PROTOCOL } from '../../reachability/sets/connection-set';
import { isOpen } from '../../reachability/sets/tunnels';
import type { Compared } from '../../reachability/compare/compared';
import type { AddressPeer, Opening, WorkloadPeer } from '../../reachability/reachability';
import type { MapOpening, MapProgram } from './map-data';
import type { MapPeers } from './map-peers';
import { packRuns } from './runs';
import type { WhyList } from './why-list';

/** Up to so many peers the rules behind an opening are asked for one by one; beyond, its policies are named. */
const ASKED_PEERS = 120;

/** Ranges of ports that are asked about, one by one. */
const ASKED_RANGES = 4;

/** What policies say about each end that they isolate; ends of which they say the same share an entry. */
export class ProgramList {
  private readonly list: MapProgram[] = [];
  /** Equal lists of openings are the same object: the evaluation keeps them by what the policies say. */
  private readonly indexes = new Map<Direction, Map<readonly Opening[], number>>([
    ['ingress', new Map()],
    ['egress', new Map()],
  ]);

  constructor(
    private readonly side: Compared,
    private readonly peers: MapPeers,
    private readonly whys: WhyList,
  ) {}

  get all(): readonly MapProgram[] {
    return this.list;
  }

  /** Index of what policies say about the workload in that direction; -1 when none isolates it. */
  of(workload: Workload, direction: Direction): number {
    const { reachability } = this.side;
    const isolating = reachability.isolatedBy(workload, direction);
    if (isolating.length === 0) return -1;
    const openings = reachability.openings(workload, direction);
    const known = this.indexes.get(direction)?.get(openings);
    if (known !== undefined) return known;
    const index = this.list.length;
    this.indexes.get(direction)?.set(openings, index);
    this.list.push({
      by: isolating.map((policy) => this.whys.of(policy)),
      openings: openings.flatMap((opening) => this.opening(workload, direction, opening)),
    });
    return index;
  }

  private opening(workload: Workload, direction: Direction, opening: Opening): MapOpening[] {
    const members = [
      ...opening.workloads.map((other): WorkloadPeer => ({ type: 'workload', workload: other })),
      ...opening.addresses,
    ];
    const ask =
      members.length <= ASKED_PEERS &&
      opening.policies.some((policy) => rulesOf(policy, direction).length > 1);
    const byRules = new Map<string, { whys: readonly number[]; nodes: number[] }>();
    for (const peer of members) {
      const whys = ask ? this.rules(workload, direction, peer, opening) : this.policies(opening, direction);
      const key = whys.join(' ');
      const lot = byRules.get(key) ?? { whys, nodes: [] };
      lot.nodes.push(...this.peers.nodesOf(this.side, peer));
      byRules.set(key, lot);
    }
    return [...byRules.values()].map(({ whys, nodes }) => ({ peers: packRuns(nodes), whys }));
  }

  /** The policies; where one has a single rule, that rule. */
  private policies({ policies }: Opening, direction: Direction): readonly number[] {
    return policies.map((policy) => {
      const [rule, ...more] = rulesOf(policy, direction);
      return rule === undefined || more.length > 0
        ? this.whys.of(policy)
        : this.whys.of(policy, { direction, index: 0, place: rule.place });
    });
  }

  /** The rules that let some of the ports through; a policy of which none showed is named as a whole. */
  private rules(
    workload: Workload,
    direction: Direction,
    other: WorkloadPeer | AddressPeer,
    opening: Opening,
  ): readonly number[] {
    const self: WorkloadPeer = { type: 'workload', workload };
    const [from, to] = direction === 'ingress' ? [other, self] : [self, other];
    const found = new Map<Policy, Set<number>>();
    for (const { protocol, port } of samplesOf(opening)) {
      const { decidedBy } = this.side.reachability.explain(from, to, protocol, port)[direction];
      for (const { policy, rule, place, action } of decidedBy) {
        if (action === 'deny' || rule === undefined || !opening.policies.includes(policy)) continue;
        const rules = found.get(policy) ?? new Set();
        found.set(policy, rules.add(this.whys.of(policy, { direction, index: rule, place })));
      }
    }
    return opening.policies.flatMap((policy) => [...(found.get(policy) ?? [this.whys.of(policy)])]);
  }
}

/** The rules of a policy in one direction. */
function rulesOf(policy: Policy, direction: Direction): Policy[Direction] {
  return policy[direction];
}

/** The ends of the first ranges; of all connections, or all but tunnels, one of TCP. */
function samplesOf({ verdict }: Opening): { readonly protocol: number; readonly port: number }[] {
  const open = verdict.allowed.isEmpty ? verdict.undecided : verdict.allowed;
  if (isOpen(open)) return [{ protocol: PROTOCOL.tcp, port: 1 }];
  return open
    .ranges()
    .slice(0, ASKED_RANGES)
    .flatMap(({ protocol, first, last }) =>
      (first === last ? [first] : [first, last]).map((port) => ({ protocol, port })),
    );
}
