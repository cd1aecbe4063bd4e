import type { EndClass, EndClasses } from './ends/end-class';
import type { Engine } from './engine';
import { edgesOf, IndexSet } from './sets/index-set';
import { sharedMask } from './ends/layout';
import { piecesFor } from './programs/own-pieces';
import type { PositionPeers } from './ends/position-peers';
import type { OrderedPolicy, Program } from './programs/program-assignment';
import type { AddressPeer, Admission, Opening } from './reachability';
import { toggle } from './sets/toggle';
import { SetVerdict, type FamilyVerdict } from './programs/verdict';
import type { ConnectionSet } from './sets/connection-set';
import type { Workload } from '../model/workloads/workload';
import type { Direction } from '../policies/direction';
import type { Policy } from '../policies/policy';

/** Positions of one policy's rules that let something through. */
interface Way {
  readonly policy: OrderedPolicy;
  readonly connections: ConnectionSet;
  readonly positions: IndexSet;
}

/** Positions that meet the same verdict through the same policies. */
interface Group {
  readonly verdict: SetVerdict;
  readonly policies: readonly OrderedPolicy[];
  readonly edges: number[];
}

/** Who one end lets in (or where it may go). */
export function admissionsOf(
  engine: Engine,
  peers: PositionPeers,
  end: EndClass,
  direction: Direction,
): Admission[] {
  return groupsOf(engine, end, direction, []).map((group) => new Admitted(peers, group));
}

/** Who one end lets in (or where it may go), with the policies whose rules open the way. */
export function openingsOf(
  engine: Engine,
  peers: PositionPeers,
  end: EndClass,
  direction: Direction,
): Opening[] {
  const program = engine.programs.of(end, direction);
  const isolated = program !== undefined && engine.programs.isolating(program).length > 0;
  const ways = isolated ? waysOf(engine, program) : [];
  return groupsOf(engine, end, direction, ways).map((group) => new Opened(peers, group));
}

/** Lists are made when they are looked at: together they can be far longer than the policies that cause them. */
class Admitted implements Admission {
  readonly verdict: SetVerdict;
  private readonly positions: IndexSet;

  constructor(
    private readonly peers: PositionPeers,
    { verdict, edges }: Group,
  ) {
    this.verdict = verdict;
    this.positions = IndexSet.ofEdges(edges);
  }

  get workloads(): readonly Workload[] {
    return this.peers.workloads(this.positions);
  }

  get addresses(): readonly AddressPeer[] {
    return this.peers.addresses(this.positions);
  }
}

class Opened extends Admitted implements Opening {
  readonly policies: readonly Policy[];

  constructor(peers: PositionPeers, group: Group) {
    super(peers, group);
    this.policies = group.policies.map(({ compiled }) => compiled.policy);
  }
}

/** Allow rules, and rules that pass out of a tier that would deny; in order of evaluation. */
function waysOf({ layout, programs }: Engine, program: Program): Way[] {
  const ways: Way[] = [];
  for (const policy of program.policies) {
    const pieces = piecesFor(policy.compiled, program.direction, program.pod);
    const passOpens = programs.endAction(policy) === 'deny';
    for (const { rule, connections, peers } of pieces) {
      if (rule.action === 'allow' || (rule.action === 'pass' && passOpens))
        ways.push({ policy, connections, positions: layout.positions(peers.possible) });
    }
  }
  return ways;
}

/** Walks over the ranges of positions on which the verdict and the rules that match stay the same. */
function groupsOf(engine: Engine, end: EndClass, direction: Direction, ways: readonly Way[]): Group[] {
  const { layout, ends } = engine;
  const side = engine.sides.of(end, direction);
  // Where ways begin and end.
  const events = edgesOf(ways.map(({ positions }) => positions));
  const active: number[] = [];
  const groups = new Map<string, Group>();
  let piece = 0;
  let event = 0;
  for (let start = 0; start < layout.positionCount;) {
    while ((side.starts[piece + 1] ?? Infinity) <= start) piece++;
    for (; (events[event] ?? Infinity) < (start + 1) * ways.length; event++) {
      toggle(active, (events[event] ?? 0) % ways.length);
    }
    const nextEvent = Math.floor((events[event] ?? Infinity) / ways.length);
    // Where IP versions matter, neighbouring ends may speak different ones.
    const border = layout.dual && start < ends.size ? start + 1 : layout.positionCount;
    const stop = Math.min(border, side.starts[piece + 1] ?? Infinity, nextEvent);
    const verdict = verdictAt(engine, end, start, side.values[piece]);
    if (verdict !== undefined && verdict !== SetVerdict.NONE)
      addRange(groups, start, stop, verdict, opening(ways, active, verdict));
    start = stop;
  }
  return inOrder([...groups.values()], ends);
}

/** What a side lets through at a position, in the IP versions that both ends speak, where these matter. */
function verdictAt(
  engine: Engine,
  end: EndClass,
  position: number,
  value: FamilyVerdict | undefined,
): SetVerdict | undefined {
  if (value === undefined || value.four === value.six) return value?.four;
  const peer = engine.ends.at(position);
  const mask = engine.maskOf(end);
  return value.for(peer === undefined ? mask : sharedMask(mask, engine.maskOf(peer)));
}

/** By the first position, in the order of a model that was looked at whole; positions that nobody has drop out. */
function inOrder(groups: readonly Group[], ends: EndClasses): Group[] {
  const ranked = groups.flatMap((group): [number, Group][] => {
    const rank = ends.firstOf(IndexSet.ofEdges(group.edges));
    return rank === undefined ? [] : [[rank, group]];
  });
  return ranked.sort(([a], [b]) => a - b).map(([, group]) => group);
}

function addRange(
  groups: Map<string, Group>,
  start: number,
  stop: number,
  verdict: SetVerdict,
  policies: readonly OrderedPolicy[],
): void {
  let key = String(verdict.id);
  for (const { position } of policies) key += `,${position}`;
  const group = groups.get(key);
  if (group === undefined) groups.set(key, { verdict, policies, edges: [start, stop] });
  else if (group.edges[group.edges.length - 1] === start) group.edges[group.edges.length - 1] = stop;
  else group.edges.push(start, stop);
}

/** The policies with a rule for something that gets through, in order of evaluation. */
function opening(ways: readonly Way[], active: readonly number[], verdict: SetVerdict): OrderedPolicy[] {
  const { possible } = verdict;
  const policies: OrderedPolicy[] = [];
  for (const index of active) {
    const way = ways[index];
    if (way === undefined || way.policy === policies[policies.length - 1]) continue;
    if (!way.connections.intersect(possible).isEmpty) policies.push(way.policy);
  }
  return policies;
}
