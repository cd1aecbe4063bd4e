import { ConnectionSet } from '../sets/connection-set';
import { edgesOf, type IndexSet } from '../sets/index-set';
import type { Layout } from '../ends/layout';
import { addPieces, type OwnPiece } from './policy-steps';
import type { Program } from './program-assignment';
import { NOWHERE_REGION } from '../sets/region';
import type { StepTable, Steps } from '../sets/steps';
import { Transfer } from './transfer';

/** Programs with more edges than this are put together policy by policy, as what they share is then worth keeping. */
const FEW_EDGES = 256;

/**
 * What a program does that only adds: its rules allow for certain, and what none of them allows is denied. Then their
 * order says nothing, and one sweep over all of their peers does; undefined for any other program, and for long ones.
 * The program must be of one tier, which ends in a deny.
 */
export function additiveSteps(
  program: Program,
  layout: Layout,
  table: StepTable<Transfer>,
): Steps<Transfer> | undefined {
  const pieces = additivePieces(program);
  if (pieces === undefined) return undefined;
  const sets: IndexSet[] = [];
  let count = 0;
  for (let piece = 0; piece < pieces.length; piece++) {
    const slots = layout.slots(pieces[piece]?.peers.possible ?? NOWHERE_REGION);
    sets.push(slots);
    count += slots.edges.length;
    if (count > FEW_EDGES) return undefined;
  }
  return sweep(edgesOf(sets, count), pieces, layout, table);
}

function additivePieces({ policies, direction, pod }: Program): OwnPiece[] | undefined {
  const pieces: OwnPiece[] = [];
  let checked = 0;
  for (let index = 0; index < policies.length; index++) {
    const compiled = policies[index]?.compiled;
    if (compiled !== undefined) addPieces(pieces, compiled, direction, pod);
    for (; checked < pieces.length; checked++) {
      const piece = pieces[checked];
      if (piece?.rule.action !== 'allow' || piece.peers.sure !== piece.peers.possible) return undefined;
    }
  }
  return pieces;
}

/** @param events `slot * number of pieces + piece`, ascending: where pieces begin and cease to match */
function sweep(
  events: Float64Array,
  pieces: readonly OwnPiece[],
  layout: Layout,
  table: StepTable<Transfer>,
): Steps<Transfer> {
  const active = new Uint8Array(pieces.length);
  const starts = [0];
  const values = [allowing(ConnectionSet.NONE)];
  for (let index = 0; index < events.length; index++) {
    const event = events[index] ?? 0;
    const slot = Math.floor(event / pieces.length);
    if (slot >= layout.slotCount) break;
    const piece = event - slot * pieces.length;
    active[piece] = active[piece] === 0 ? 1 : 0;
    const at = starts[starts.length - 1] === slot ? starts.length - 1 : starts.length;
    starts[at] = slot;
    values[at] = allowing(connectionsOf(pieces, active));
  }
  return table.of(starts, values);
}

function connectionsOf(pieces: readonly OwnPiece[], active: Uint8Array): ConnectionSet {
  let connections = ConnectionSet.NONE;
  for (let piece = 0; piece < pieces.length; piece++) {
    if (active[piece] === 1) connections = connections.union(pieces[piece]?.connections ?? connections);
  }
  return connections;
}

const ALLOWING = new Map<ConnectionSet, Transfer>();

/** These connections are allowed, all others denied. */
function allowing(connections: ConnectionSet): Transfer {
  const known = ALLOWING.get(connections);
  if (known !== undefined) return known;
  const { NONE, ALL } = ConnectionSet;
  const transfer = Transfer.of(connections, ALL.subtract(connections), NONE, NONE);
  ALLOWING.set(connections, transfer);
  return transfer;
}
