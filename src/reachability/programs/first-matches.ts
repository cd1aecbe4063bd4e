import type { LaidPiece } from './laid-policy';
import type { ConnectionSet } from '../sets/connection-set';
import { IndexSet } from '../sets/index-set';

/**
 * What each rule of a policy may be the first to decide, in the same order: nothing that a rule before it surely matches.
 * None of it is certain, as the policy may not be asked at all.
 */
export function firstMatches(pieces: readonly LaidPiece[]): LaidPiece[] {
  return pieces.flatMap((piece, index) => {
    const left = pieces.slice(0, index).reduce(without, partsOf([[piece.connections, piece.possible]]));
    return [...left].map(([connections, possible]) => ({
      action: piece.action,
      connections,
      possible,
      sure: IndexSet.EMPTY,
    }));
  });
}

/** Slots by what is left of the connections there; none is empty. */
type Parts = ReadonlyMap<ConnectionSet, IndexSet>;

function without(parts: Parts, { connections, sure }: LaidPiece): Parts {
  return partsOf(
    [...parts].flatMap(([left, slots]): [ConnectionSet, IndexSet][] => [
      [left, slots.subtract(sure)],
      [left.subtract(connections), slots.intersect(sure)],
    ]),
  );
}

/** Sets of connections are the same object when they are equal. */
function partsOf(entries: readonly (readonly [ConnectionSet, IndexSet])[]): Parts {
  const parts = new Map<ConnectionSet, IndexSet>();
  for (const [connections, slots] of entries) {
    if (connections.isEmpty || slots.isEmpty) continue;
    parts.set(connections, slots.union(parts.get(connections) ?? IndexSet.EMPTY));
  }
  return parts;
}
