import { timeWords } from './evidence';
import type { ImportResult } from './import-result';
import { neverSeenCells } from '../../reports/replay/replay-words';
import { alignColumns } from '../../reports/table';
import { plural } from '../../reports/words';

/** What is declared and was never seen: candidates for removal, for a person to judge. */
export function* pruneText({ neverSeen, observed }: ImportResult): Generator<string> {
  const when = timeWords(observed);
  const covered = when.length === 0 ? 'in these logs' : `in the time of these logs, ${when.join('')}`;
  if (neverSeen.length === 0) {
    yield `Everything that is declared was seen ${covered}.\n`;
    return;
  }
  yield `${plural(neverSeen.length, 'target')} declared and never seen ${covered}\n`;
  for (const row of alignColumns(neverSeen.map(neverSeenCells))) yield `  ${row}\n`;
  yield '\nWhat runs once a month may be missing from a log of a week: ask its owner before you remove it.\n';
}
