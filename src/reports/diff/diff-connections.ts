import { ConnectionSet } from '../../reachability/sets/connection-set';
import type { ChangedPair } from '../../reachability/compare/compare';
import type { ComparedPeer } from '../../reachability/compare/compared';

/** Connections that came, or that went. */
export interface DiffConnection {
  readonly from: ComparedPeer;
  readonly to: ComparedPeer;
  /** Just those that differ. */
  readonly connections: ConnectionSet;
}

/** Who gained, who lost, and where something cannot be decided any more or could not be before. */
export interface DiffConnections {
  /** Allowed for certain now, and not before. */
  readonly added: readonly DiffConnection[];
  /** Allowed for certain before, and not now. */
  readonly removed: readonly DiffConnection[];
  /** Not decided on one side or both, where the sides differ and neither list above says it. */
  readonly undecided: readonly DiffConnection[];
}

/** Takes the changed pairs apart; a pair whose ports change stands in more than one list. */
export function diffConnections(pairs: readonly ChangedPair[]): DiffConnections {
  const pick = (of: (pair: ChangedPair) => ConnectionSet): DiffConnection[] =>
    pairs.flatMap((pair) => {
      const connections = of(pair);
      return connections.isEmpty ? [] : [{ from: pair.from, to: pair.to, connections }];
    });
  return {
    added: pick(({ before, after }) => after.allowed.subtract(before.allowed)),
    removed: pick(({ before, after }) => before.allowed.subtract(after.allowed)),
    undecided: pick(({ before, after }) =>
      symmetric(before.undecided, after.undecided).subtract(symmetric(before.allowed, after.allowed)),
    ),
  };
}

function symmetric(a: ConnectionSet, b: ConnectionSet): ConnectionSet {
  return a === b ? ConnectionSet.NONE : a.union(b).subtract(a.intersect(b));
}

/** Every peer of `from` to every peer of `to`, on the same connections. */
export interface DiffGroup {
  readonly from: readonly ComparedPeer[];
  readonly to: readonly ComparedPeer[];
  readonly connections: ConnectionSet;
}

/** The same connections for people: those that differ in one end only stand together. */
export function groupConnections(list: readonly DiffConnection[]): DiffGroup[] {
  const single = list.map(({ from, to, connections }) => ({ from: [from], to: [to], connections }));
  return joined(joined(single, 'from'), 'to');
}

function joined(groups: readonly DiffGroup[], side: 'from' | 'to'): DiffGroup[] {
  const other = side === 'from' ? 'to' : 'from';
  const alike = new Map<string, { group: DiffGroup; members: ComparedPeer[] }>();
  for (const group of groups) {
    const key = [group.connections.id, ...group[other].map(({ id }) => id)].join(' ');
    const known = alike.get(key);
    if (known === undefined) alike.set(key, { group, members: [...group[side]] });
    else known.members.push(...group[side]);
  }
  return [...alike.values()].map(({ group, members }) => ({ ...group, [side]: members }));
}
