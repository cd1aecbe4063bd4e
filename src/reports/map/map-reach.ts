import type { MapData, MapSide } from './map-data';
import { runsHave, unpackRuns } from './runs';

/** Whom a node may talk with in one direction, and on which ports. */
export interface Reach {
  readonly node: number;
  /** Empty when nothing is allowed for certain. */
  readonly ports: string;
  readonly undecided: string;
}

/** What one end's policies say about a peer. */
export interface EndWhy {
  readonly isolated: boolean;
  /** The policies that isolate, as indexes of `whys`. */
  readonly by: readonly number[];
  /** The rules (or policies) that let the peer through; empty when none does. */
  readonly through: readonly number[];
}

/** Everyone who can reach the node (`ingress`) or whom it can reach (`egress`), in the order of the nodes. */
export function reachOf({ ways }: MapSide, node: number, direction: 'ingress' | 'egress'): Reach[] {
  const reach = new Map<number, Reach>();
  for (const { from, to, ports, undecided } of ways) {
    const [ends, others] = direction === 'ingress' ? [to, from] : [from, to];
    if (!runsHave(ends, node)) continue;
    for (const other of unpackRuns(others)) {
      if (other === node) continue;
      const known = reach.get(other);
      const join = (a: string, b: string): string => (a === '' || b === '' ? a + b : `${a}; ${b}`);
      reach.set(other, {
        node: other,
        ports: join(known?.ports ?? '', ports),
        undecided: join(known?.undecided ?? '', undecided),
      });
    }
  }
  return [...reach.values()].sort((a, b) => a.node - b.node);
}

/** What one node may send to another; empty texts where nothing. */
export function between({ ways }: MapSide, from: number, to: number): Pick<Reach, 'ports' | 'undecided'> {
  const here = ways.filter((way) => runsHave(way.from, from) && runsHave(way.to, to));
  const join = (texts: readonly string[]): string => texts.filter((text) => text !== '').join('; ');
  return {
    ports: join(here.map(({ ports }) => ports)),
    undecided: join(here.map(({ undecided }) => undecided)),
  };
}

/** Why the node lets the other in (`ingress`), or may go to it (`egress`), or not. */
export function endWhy(side: MapSide, node: number, direction: 'ingress' | 'egress', other: number): EndWhy {
  const index = (direction === 'ingress' ? side.ingressBy : side.egressBy)[node] ?? -1;
  const program = side.programs[index];
  if (program === undefined) return { isolated: false, by: [], through: [] };
  const through = program.openings.filter(({ peers }) => runsHave(peers, other)).flatMap(({ whys }) => whys);
  return { isolated: true, by: program.by, through: [...new Set(through)] };
}

/** How many workloads stand how, in one direction. */
export function countStates(side: MapSide, direction: 'ingress' | 'egress'): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const state of side[direction]) counts.set(state, (counts.get(state) ?? 0) + 1);
  return counts;
}

/** The side of a view: what differs is judged by how things are after the change. */
export function sideOf(data: MapData, side: 'before' | 'after' | 'changes'): MapSide {
  return side === 'before' ? (data.before ?? data.after) : data.after;
}
