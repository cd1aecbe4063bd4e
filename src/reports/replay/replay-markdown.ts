import { droppedWords } from '../../proof/dropped-wording';
import type { Replay, ReplayedConnection, ReplayVerdict } from './replay';
import {
  coveredWords,
  decidingPolicies,
  neverSeenCells,
  portWords,
  replaySummary,
  seenWords,
} from './replay-words';
import type { Finding } from '../../model/finding';
import type { Place } from '../../model/place';
import { shownText } from '../shown-text';
import { plural } from '../words';

/** The longest comment that GitHub takes is 65,536 characters. */
const LONGEST = 65_000;
/** Kept free for the words that say what was cut. */
const RESERVE = 300;
/** More policies than these in a cell are counted. */
const MOST_POLICIES = 3;

const TITLES: Readonly<Record<ReplayVerdict, string>> = {
  cut: 'Would be cut',
  undecided: 'Cannot be decided',
  gone: 'Ends that are gone',
  allowed: 'Let through now',
};

/** What a reader has to know before the verdicts are taken for all there is to say. */
export interface ReplayRemarks {
  /** About the manifests, their intents and the snapshots. Those that only inform are left out. */
  readonly findings: readonly Finding[];
  /** How many records of the logs were mapped to nothing. */
  readonly unmapped: number;
  /** How many lines of the logs could not be read. */
  readonly unreadable: number;
}

/** More findings than these are counted. */
const MOST_FINDINGS = 10;

/** What policies make of traffic that was seen, as a comment under a pull request; never too long for one. */
export function replayMarkdown(replay: Replay, remarks: ReplayRemarks): string {
  const parts = [...connectionTables(replay), neverSeenTable(replay)];
  let text = `### ${cell(replaySummary(replay))}\n${findingLines(remarks)}`;
  let left = 0;
  for (const { head, rows, end } of parts) {
    if (rows.length === 0) continue;
    let table = head;
    let shown = 0;
    for (const row of rows) {
      if (text.length + table.length + row.length + end.length > LONGEST - RESERVE) break;
      table += row;
      shown++;
    }
    if (shown > 0) text += table + end;
    left += rows.length - shown;
  }
  const { deniedThen, notJudged } = replay;
  const aside = notJudged.reduce((sum, { pairs }) => sum + pairs, 0) + deniedThen.allowed + deniedThen.denied;
  const [records, lines] = [plural(remarks.unmapped, 'record'), plural(remarks.unreadable, 'line')];
  const notJudgedWords = [
    ...(aside > 0
      ? [
          `${plural(aside, 'more distinct connection')} not judged, or denied then: \`intents replay\` says why.`,
        ]
      : []),
    ...(remarks.unmapped + remarks.unreadable > 0
      ? [`${records} not mapped, ${lines} not readable, and so not judged: \`intents replay\` says why.`]
      : []),
  ];
  text += notJudgedWords.map((words) => `\n${words}\n`).join('');
  return left === 0
    ? text
    : `${text}\n**${left} lines were cut**, as a comment has no room for them: \`intents replay\` prints them all.\n`;
}

function findingLines({ findings }: ReplayRemarks): string {
  const told = findings.filter(({ severity }) => severity !== 'info');
  const lines = told
    .slice(0, MOST_FINDINGS)
    .map(
      ({ severity, id, message, mend }) =>
        `- **${severity}** ${cell(id)}: ${cell(message.replace(/\.$/, ''))}. ${cell(mend)}\n`,
    );
  const more = told.length - lines.length;
  if (lines.length === 0) return '';
  return `\n${lines.join('')}${more > 0 ? `- and ${plural(more, 'more finding')}\n` : ''}`;
}

interface Table {
  readonly head: string;
  readonly rows: readonly string[];
  readonly end: string;
}

function connectionTables({ connections, isChange }: Replay): Table[] {
  return (['cut', 'undecided', 'gone', 'allowed'] as const).map((verdict) => ({
    head: `\n**${TITLES[verdict]}**\n\n${row(['from', 'to', 'port', 'seen', ...(isChange ? ['before'] : []), verdict === 'cut' ? 'by' : 'why'])}${row(isChange ? DASHES : DASHES.slice(1))}`,
    rows: connections
      .filter((connection) => connection.verdict === verdict)
      .map((connection) => row(cellsOf(connection, isChange))),
    end: '',
  }));
}

const DASHES: readonly string[] = ['---', '---', '---', '---', '---', '---'];

function cellsOf(connection: ReplayedConnection, isChange: boolean): string[] {
  const { from, to, protocol, port, sides, before = '' } = connection;
  const isDropped = sides.some(({ dropped }) => dropped === true);
  const reason = isDropped ? droppedWords(protocol, port) : (connection.reason ?? '');
  const policies = decidingPolicies(connection);
  const links = policies.slice(0, MOST_POLICIES).map(({ name, place }) => link(name, place));
  const rest = policies.length - links.length;
  const why = links.length === 0 ? cell(reason) : `${links.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  return [
    cell(from),
    cell(to),
    cell(portWords(connection)),
    cell(seenWords(connection)),
    ...(isChange ? [cell(before)] : []),
    why,
  ];
}

function neverSeenTable(replay: Replay): Table {
  const { neverSeen } = replay;
  const title = `Declared and never seen ${coveredWords(replay)} (${neverSeen.length})`;
  return {
    head: `\n<details><summary>${cell(title)}</summary>\n\n${row(['call', 'declared by'])}${row(['---', '---'])}`,
    rows: neverSeen.map((one) => row(neverSeenCells(one).map(cell))),
    end: '\n</details>\n',
  };
}

/** A link to the line; paths are as they were given, from the root of the repository as a rule. */
function link(text: string, { file, line }: Place): string {
  if (file === undefined) return cell(text);
  const target = encodeURI(file.replace(/^[^/:]+:/, '')).replace(/[()]/g, (found) =>
    found === '(' ? '%28' : '%29',
  );
  return `[${cell(text)}](${target}${line === undefined ? '' : `#L${line}`})`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}

/** Names come from logs and manifests: nothing in them may become markup, a link, a mention or another cell. */
function cell(text: string): string {
  return shownText(text, 600)
    .replace(/[\\`*_[\]|~]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '&#64;')
    .replaceAll('#', '&#35;')
    .replaceAll('://', ':&#47;&#47;');
}
