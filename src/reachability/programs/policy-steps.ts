import { edgesOf } from '../sets/index-set';
import type { LaidPiece } from './laid-policy';
import type { StepTable, Steps } from '../sets/steps';
import { Transfer, transferOf, type Match } from './transfer';

/** Most pieces of one sweep: which of their marks are up is then one small number. */
const MOST_PIECES = 15;

/** What the policy does to connections of the pod with every slot. */
export function policySteps(pieces: readonly LaidPiece[], table: StepTable<Transfer>): Steps<Transfer> {
  if (pieces.length === 0) return table.constant(Transfer.IDENTITY);
  if (pieces.length <= MOST_PIECES) return sweep(pieces, table);
  const half = pieces.length >> 1;
  const first = policySteps(pieces.slice(0, half), table);
  const second = policySteps(pieces.slice(half), table);
  return table.zip(first, second, (left, right) => left.then(right));
}

/** Goes over the edges of the pieces' peers; between two of them the same pieces match. */
function sweep(pieces: readonly LaidPiece[], table: StepTable<Transfer>): Steps<Transfer> {
  // `slot * marks + mark`: mark 2p for what piece p may match, 2p + 1 for what it surely matches.
  const events = edgesOf(pieces.flatMap(({ possible, sure }) => [possible, sure]));
  const memo = new Map<number, Transfer>();
  const starts = [0];
  const values = [Transfer.IDENTITY];
  const marks = pieces.length * 2;
  let active = 0;
  for (let index = 0; index < events.length;) {
    const slot = Math.floor((events[index] ?? 0) / marks);
    if (slot >= table.size) break;
    const end = (slot + 1) * marks;
    for (; (events[index] ?? end) < end; index++) active ^= 1 << ((events[index] ?? 0) - slot * marks);
    starts.push(slot);
    values.push(remembered(memo, active, pieces));
  }
  // An event at slot 0 makes the range before it empty.
  const skip = starts[1] === 0 ? 1 : 0;
  return table.of(starts.slice(skip), values.slice(skip));
}

/** @param active the marks that are up, as bits */
function remembered(memo: Map<number, Transfer>, active: number, pieces: readonly LaidPiece[]): Transfer {
  const known = memo.get(active);
  if (known !== undefined) return known;
  const matches = pieces.flatMap(({ action, connections }, piece): Match[] => {
    const isUp = (mark: number): boolean => ((active >> mark) & 1) === 1;
    return isUp(piece * 2) ? [{ action, connections, sure: isUp(piece * 2 + 1) }] : [];
  });
  const transfer = transferOf(matches);
  memo.set(active, transfer);
  return transfer;
}
