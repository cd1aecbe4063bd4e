import type { Replay, ReplayedConnection, ReplayVerdict } from './replay';
import { isCut } from './replay';
import { coveredWords, neverSeenCells, portWords, replaySummary, seenWords, sideWords } from './replay-words';
import { shownText } from '../shown-text';
import { PLAIN, type Style } from '../style';
import { alignColumns } from '../table';
import { plural } from '../words';

/** More lines than these of what was never seen are counted. */
const MOST_UNSEEN = 50;
const MOST_EXAMPLES = 3;

const TITLES: Readonly<Record<ReplayVerdict, string>> = {
  cut: 'Would be cut',
  undecided: 'Cannot be decided',
  gone: 'Ends that are gone',
  allowed: 'Let through now',
};

/** What policies make of traffic that was seen, for a terminal. */
export function* replayText(replay: Replay, style: Style = PLAIN): Generator<string> {
  const anyCut = replay.connections.some(isCut);
  yield `${(anyCut ? style.bad : style.good)(style.bold(replaySummary(replay)))}\n`;
  for (const verdict of ['cut', 'undecided', 'gone', 'allowed'] as const) {
    const own = replay.connections.filter((connection) => connection.verdict === verdict);
    if (own.length === 0) continue;
    yield `\n${TITLES[verdict]}\n`;
    for (const connection of own) yield connectionText(connection, style);
  }
  yield* neverSeenText(replay);
  yield* asideText(replay);
}

function connectionText(connection: ReplayedConnection, style: Style): string {
  const { from, to, verdict, sides, reason, mend, before } = connection;
  const sign = { cut: '-', undecided: '?', gone: '-', allowed: '+' }[verdict];
  const paint = { cut: style.bad, undecided: style.warn, gone: style.warn, allowed: style.good }[verdict];
  const was = before === undefined ? '' : ` (before: ${before})`;
  const head = `${sign} ${shownText(from)} -> ${shownText(to)} ${portWords(connection)}${was}`;
  const lines = [
    `  ${paint(head)}`,
    `      seen: ${seenWords(connection)}`,
    ...sides.flatMap((side) => sideWords(side, connection)).map((line) => `      ${line}`),
    ...(reason === undefined ? [] : indented('because', reason)),
    ...(mend === undefined ? [] : indented('mend', mend)),
  ];
  return `${lines.join('\n')}\n`;
}

function indented(title: string, text: string): string[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return [`      ${title}:`, ...lines.map((line) => `        ${line}`)];
}

function* neverSeenText(replay: Replay): Generator<string> {
  const { neverSeen } = replay;
  if (neverSeen.length === 0) return;
  yield `\nDeclared and never seen ${coveredWords(replay)}\n`;
  const rows = alignColumns(neverSeen.slice(0, MOST_UNSEEN).map(neverSeenCells));
  for (const row of rows) yield `  ${row}\n`;
  if (neverSeen.length > MOST_UNSEEN) yield `  and ${neverSeen.length - MOST_UNSEEN} others\n`;
}

function* asideText({ deniedThen, notJudged }: Replay): Generator<string> {
  const { allowed, denied } = deniedThen;
  if (allowed + denied > 0)
    yield `\nDenied then, every time: ${plural(allowed + denied, 'distinct connection')}, of which ${allowed} would get through now\n`;
  if (notJudged.length === 0) return;
  yield '\nNot judged\n';
  for (const { reason, pairs, connections, examples } of notJudged) {
    yield `  ${plural(pairs, 'distinct connection')}, ${connections} times: ${reason}\n`;
    for (const example of examples.slice(0, MOST_EXAMPLES)) yield `      ${shownText(example, 600)}\n`;
  }
}
