import { printConnections } from '../../reachability/sets/connection-print';
import type { IsolationChange } from '../../reachability/compare/isolation-change';
import type { Diff } from './diff';
import { diffConnections, groupConnections, type DiffConnection } from './diff-connections';
import { shortPolicyName } from './diff-json';
import { diffSummary } from './diff-summary';
import { labelWords, peerNames, reasonWords } from './diff-wording';
import { listSome } from '../../model/list-some';
import { diffReason, type DiffSides } from './diff-reason';
import { impactLines } from './isolation-words';
import { PLAIN, type Style } from '../style';
import { alignColumns } from '../table';

/** More peers than this on one side of a line are counted. */
const NAMES = 3;
/** The same for known callers. */
const CALLERS = 6;

/** What changed, for a terminal: the summary first, then each connection that differs, and what isolates whom. */
export function* diffText(diff: Diff, sides: DiffSides, style: Style = PLAIN): Generator<string> {
  const lists = diffConnections(diff.pairs);
  yield `${style.bold(diffSummary(diff, lists))}\n`;
  yield* section('Added', lines(lists.added, '+', sides), style.good);
  yield* section('Removed', lines(lists.removed, '-', sides), style.bad);
  yield* section('Cannot be decided', lines(lists.undecided, '?', sides), style.warn);
  yield* section('Isolated for the first time', isolationLines(diff, 'isolated'), style.warn);
  yield* section('Not isolated any more', isolationLines(diff, 'opened'), style.warn);
  yield* section(
    'New workloads',
    diff.added.map(({ id }) => `+ ${id}`),
  );
  yield* section(
    'Workloads gone',
    diff.removed.map(({ id }) => `- ${id}`),
  );
  yield* section(
    'Pods that roll, because labels of their template change',
    alignColumns(diff.rolls.map((roll) => [`  ${roll.workload.id}`, labelWords(roll)])),
  );
}

function* section(title: string, rows: readonly string[], mark = PLAIN.good): Generator<string> {
  if (rows.length === 0) return;
  yield `\n${title}\n`;
  for (const row of rows) yield `  ${mark(row)}\n`;
}

function lines(list: readonly DiffConnection[], sign: string, sides: DiffSides): string[] {
  return alignColumns(
    groupConnections(list).map((group) => [
      `${sign} ${listSome(peerNames(group.from), NAMES)}`,
      '->',
      listSome(peerNames(group.to), NAMES),
      printConnections(group.connections),
      `(${reasonWords(diffReason(group, sides))})`,
    ]),
  );
}

function isolationLines({ isolation }: Diff, change: IsolationChange['change']): string[] {
  const word = change === 'isolated' ? 'by' : 'was by';
  const changed = isolation.filter((one) => one.change === change);
  const rows = alignColumns(
    changed.map(({ workload, direction, by }) => [
      `  ${workload.id}`,
      direction,
      `${word} ${listSome(by.map(shortPolicyName), NAMES)}`,
    ]),
  );
  return rows.flatMap((row, index) => {
    const one = changed[index];
    if (one?.impact === undefined) return [row];
    return [row, ...impactLines(one.direction, one.impact, CALLERS).map((line) => `      ${line}`)];
  });
}
