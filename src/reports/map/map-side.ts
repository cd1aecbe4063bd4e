import type { Workload } from '../../model/workloads/workload';
import type { Direction } from '../../policies/direction';
import { printConnections } from '../../reachability/sets/connection-print';
import type { Compared } from '../../reachability/compare/compared';
import type { ConnectionGroup } from '../../reachability/reachability';
import type { MapSide, MapState, MapWay } from './map-data';
import type { MapPeers } from './map-peers';
import { ProgramList } from './map-programs';
import { packRuns, unpackRuns } from './runs';
import type { WhyList } from './why-list';

/** More workloads than this, and more than half of all, at one end of a way make it a state and no line. */
const FEW = 12;

/** One version of the manifests, as the map shows it. */
export function mapSide(side: Compared, peers: MapPeers, whys: WhyList): MapSide {
  const programs = new ProgramList(side, peers, whys);
  const workloads = peers.nodes.map((_, node) => {
    const [peer] = peers.peersOf(side, node);
    return peer?.type === 'workload' ? peer.workload : peer?.type;
  });
  const by = (direction: Direction): number[] =>
    workloads.map((one) => (typeof one === 'object' ? programs.of(one, direction) : -1));
  const [ingressBy, egressBy] = [by('ingress'), by('egress')];
  const ways = waysOf(side, peers, { ingressBy, egressBy });
  const states = (direction: Direction, programOf: readonly number[]): MapState[] => {
    const met = metBy(ways, direction, peers);
    return workloads.map((one, node) => stateOf(one, programOf[node] ?? -1, met[node]));
  };
  return {
    ingress: states('ingress', ingressBy),
    egress: states('egress', egressBy),
    ingressBy,
    egressBy,
    programs: programs.all,
    ways,
  };
}

function stateOf(
  workload: Workload | 'addresses' | undefined,
  program: number,
  met: Met | undefined,
): MapState {
  if (workload === undefined) return 'absent';
  if (workload === 'addresses') return 'outside';
  if (workload.finished) return 'finished';
  if (program < 0) return workload.hostNetwork ? 'host' : 'open';
  if (met === undefined) return 'cut';
  return met === 'wide' ? 'wide' : 'isolated';
}

/** Who is met at the other end. */
type Met = 'narrow' | 'wide';

/** Whether anything gets in (or out) at each node, and whether with most workloads at the other end. */
function metBy(
  ways: readonly MapWay[],
  direction: Direction,
  { nodes, workloads }: MapPeers,
): (Met | undefined)[] {
  const met: (Met | undefined)[] = nodes.map(() => undefined);
  for (const { from, to } of ways) {
    const [ends, others] = direction === 'ingress' ? [to, from] : [from, to];
    const wide = isWide(unpackRuns(others), workloads);
    for (const node of unpackRuns(ends)) {
      if (others !== String(node)) met[node] = wide || met[node] === 'wide' ? 'wide' : 'narrow';
    }
  }
  return met;
}

interface Isolation {
  readonly ingressBy: readonly number[];
  readonly egressBy: readonly number[];
}

/** The groups of the evaluation, cut where the ends are open and where they are not. */
function waysOf(side: Compared, peers: MapPeers, isolation: Isolation): MapWay[] {
  return side.reachability
    .groups()
    .flatMap((group) => partsOf(group, side, peers, isolation))
    .map(({ from, to, open, verdict }): MapWay => {
      const wide = isWide(from, peers.workloads) || isWide(to, peers.workloads);
      return {
        from: packRuns(from),
        to: packRuns(to),
        ports: verdict.allowed.isEmpty ? '' : printConnections(verdict.allowed),
        undecided: verdict.undecided.isEmpty ? '' : printConnections(verdict.undecided),
        reach: open ? 'open' : wide ? 'wide' : 'narrow',
      };
    });
}

interface Part {
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly open: boolean;
  readonly verdict: ConnectionGroup['verdict'];
}

function partsOf(
  { from, to, verdict }: ConnectionGroup,
  side: Compared,
  peers: MapPeers,
  { ingressBy, egressBy }: Isolation,
): Part[] {
  const sources = split([...new Set(from.flatMap((peer) => peers.nodesOf(side, peer)))], egressBy);
  const targets = split([...new Set(to.flatMap((peer) => peers.nodesOf(side, peer)))], ingressBy);
  const inside = (nodes: readonly number[]): number[] => nodes.filter((node) => node < peers.workloads);
  const outside = (nodes: readonly number[]): number[] => nodes.filter((node) => node >= peers.workloads);
  const parts = [
    { from: sources.isolated, to: [...targets.isolated, ...targets.open], open: false },
    { from: sources.open, to: targets.isolated, open: false },
    // Traffic among outside addresses is nobody's business here.
    { from: inside(sources.open), to: targets.open, open: true },
    { from: outside(sources.open), to: inside(targets.open), open: true },
  ];
  return parts
    .filter((part) => part.from.length > 0 && part.to.length > 0 && !isOnlySelf(part))
    .map((part) => ({ ...part, verdict }));
}

function isOnlySelf({ from, to }: Pick<Part, 'from' | 'to'>): boolean {
  return from.length === 1 && to.length === 1 && from[0] === to[0];
}

function split(
  nodes: readonly number[],
  programOf: readonly number[],
): { readonly open: readonly number[]; readonly isolated: readonly number[] } {
  const isOpen = (node: number): boolean => (programOf[node] ?? -1) < 0;
  return { open: nodes.filter(isOpen), isolated: nodes.filter((node) => !isOpen(node)) };
}

function isWide(nodes: readonly number[], workloads: number): boolean {
  const inside = nodes.filter((node) => node < workloads).length;
  return inside > FEW && inside * 2 > workloads;
}
