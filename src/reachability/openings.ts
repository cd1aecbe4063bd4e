import type { EndClass } from './end-class';
import type { Engine } from './engine';
import { IndexSet } from './index-set';
import { sharedMask } from './layout';
import { piecesFor } from './policy-steps';
import type { PositionPeers } from './position-peers';
import type { OrderedPolicy, Program } from './programs';
import type { Opening } from './reachability';
import { piecesWithin, type Piecewise } from './steps';
import { SetVerdict } from './verdict';
import type { ConnectionSet } from './connection-set';
import type { Direction } from '../policies/direction';

/** Positions of one policy's rules that let something through. */
interface Way {
  readonly policy: OrderedPolicy;
  readonly connections: ConnectionSet;
  readonly positions: IndexSet;
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
  const everything = IndexSet.range(0, engine.layout.positionCount);
  const groups = new Map<
    string,
    { readonly verdict: SetVerdict; readonly policies: readonly OrderedPolicy[]; readonly edges: number[] }
  >();
  for (const { start, end: stop, verdict, active } of cells(engine, end, direction, ways, everything)) {
    const policies = opening(active, verdict);
    const key = `${verdict.id} ${policies.map(({ position }) => position).join(',')}`;
    const group = groups.get(key) ?? { verdict, policies, edges: [] };
    if (group.edges.at(-1) === start) group.edges[group.edges.length - 1] = stop;
    else group.edges.push(start, stop);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ verdict, policies, edges }) => {
    const positions = IndexSet.ofEdges(edges);
    const opened = policies.map(({ compiled }) => compiled.policy);
    // Lists are made when they are looked at: together they can be far longer than the policies that cause them.
    return {
      get workloads() {
        return peers.workloads(positions);
      },
      get addresses() {
        return peers.addresses(positions);
      },
      verdict,
      policies: opened,
    };
  });
}

/** Allow rules, and rules that pass out of a tier that would deny. */
function waysOf(engine: Engine, program: Program): Way[] {
  const { layout, programs } = engine;
  return program.policies.flatMap((policy) =>
    piecesFor(policy.compiled, program.direction, program.pod)
      .filter(
        ({ rule }) =>
          rule.action === 'allow' || (rule.action === 'pass' && programs.endAction(policy) === 'deny'),
      )
      .map(({ peers, connections }) => ({
        policy,
        connections,
        positions: layout.positions(peers.possible),
      })),
  );
}

interface Cell {
  readonly start: number;
  readonly end: number;
  readonly verdict: SetVerdict;
  readonly active: ReadonlySet<Way>;
}

/** Ranges of positions over which the verdict and the rules that match stay the same; denied ones left out. */
function* cells(
  engine: Engine,
  end: EndClass,
  direction: Direction,
  ways: readonly Way[],
  everything: IndexSet,
): Generator<Cell> {
  const mask = engine.maskOf(end);
  const events = ways.flatMap((way) => way.positions.edges.map((edge) => [edge, way] as const));
  events.sort(([a], [b]) => a - b);
  // Where IP versions matter, neighbouring ends may speak different ones.
  const borders = engine.layout.dual ? [...engine.layout.endPositions.members()] : [];
  const cuts = [...new Set([...events.map(([edge]) => edge), ...borders])].sort((a, b) => a - b);
  const active = new Set<Way>();
  let next = 0;
  for (const { start, end: stop, value } of cutAt(
    piecesWithin(engine.sides.of(end, direction), everything),
    cuts,
  )) {
    for (; (events[next]?.[0] ?? Infinity) <= start; next++) {
      const way = events[next]?.[1];
      if (way !== undefined && !active.delete(way)) active.add(way);
    }
    const peer = engine.ends.classes[start];
    const verdict = value.for(peer === undefined ? mask : sharedMask(mask, engine.maskOf(peer)));
    if (verdict !== SetVerdict.NONE) yield { start, end: stop, verdict, active };
  }
}

/** The same pieces, cut again at each of the ascending positions. */
function* cutAt<T>(pieces: Iterable<Piecewise<T>>, cuts: readonly number[]): Generator<Piecewise<T>> {
  let cut = 0;
  for (const { start, end, value } of pieces) {
    for (let from = start; from < end;) {
      while ((cuts[cut] ?? Infinity) <= from) cut++;
      const to = Math.min(end, cuts[cut] ?? Infinity);
      yield { start: from, end: to, value };
      from = to;
    }
  }
}

/** The policies with a rule for something that gets through, in order of evaluation. */
function opening(active: ReadonlySet<Way>, verdict: SetVerdict): OrderedPolicy[] {
  const open = [...active].filter(({ connections }) => !connections.intersect(verdict.possible).isEmpty);
  return [...new Set(open.map(({ policy }) => policy))].sort((a, b) => a.position - b.position);
}
