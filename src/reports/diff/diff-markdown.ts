import type { Place } from '../../model/place';
import { policyId } from '../../policies/policy-id';
import { printConnections } from '../../reachability/sets/connection-print';
import type { Policy } from '../../policies/policy';
import type { Diff } from './diff';
import { diffConnections, groupConnections, type DiffConnection } from './diff-connections';
import { diffReason, type DiffReason, type DiffSides } from './diff-reason';
import { diffSummary } from './diff-summary';
import { labelWords, peerNames } from './diff-wording';
import { listSome } from '../../model/list-some';
import { impactLines } from './isolation-words';

/** The longest comment that GitHub takes is 65,536 characters. */
const LONGEST = 65_000;
/** Kept free for the words that say what was cut. */
const RESERVE = 400;
/** More peers than this in a cell are counted. */
const NAMES = 4;
const REASONS = 3;
const CALLERS = 6;

/** A part of the comment: a table that is cut where the comment would become too long. */
interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Folded away until it is clicked. */
  readonly folded: boolean;
}

/**
 * What changed, as a comment under a pull request: summary line, small tables, folded detail; never too long.
 * @param before what stands in the comment already
 */
export function diffMarkdown(diff: Diff, sides: DiffSides, before = ''): string {
  const lists = diffConnections(diff.pairs);
  const head = `${before}### ${escapeMarkdown(diffSummary(diff, lists))}\n`;
  const tables = tablesOf(diff, sides).filter(({ rows }) => rows.length > 0);
  const whole = tables.map((table) => printTable(table, Infinity).printed.length);
  const rooms = shares(whole, LONGEST - RESERVE - head.length);
  const printed = tables.map((table, index) => printTable(table, rooms[index] ?? 0));
  const text = head + printed.map((table) => table.printed).join('');
  const cut = printed.reduce((sum, { left }) => sum + left, 0);
  return cut === 0
    ? text
    : `${text}\n**${cut} lines were cut**, as a comment has no room for them: \`intents diff\` prints them all.\n`;
}

/** Room for each: the short ones get all they need, and the long ones share what is left, so that none pushes out another. */
function shares(wanted: readonly number[], room: number): number[] {
  const given = wanted.map(() => 0);
  let left = Math.max(room, 0);
  const byLength = wanted.map((length, index) => ({ length, index })).sort((a, b) => a.length - b.length);
  for (const [done, { length, index }] of byLength.entries()) {
    const share = Math.min(length, Math.floor(left / (wanted.length - done)));
    given[index] = share;
    left -= share;
  }
  return given;
}

function tablesOf(diff: Diff, sides: DiffSides): Table[] {
  const lists = diffConnections(diff.pairs);
  const connections = (title: string, list: readonly DiffConnection[]): Table => ({
    title,
    head: ['from', 'to', 'ports', 'why'],
    rows: connectionRows(list, sides),
    folded: false,
  });
  return [
    connections('Added', lists.added),
    connections('Removed', lists.removed),
    connections('Cannot be decided', lists.undecided),
    {
      title: 'Isolation',
      head: ['workload', 'direction', 'change', 'policies', 'known callers and calls'],
      rows: diff.isolation.map(({ workload, direction, change, by, impact }) => [
        workload.id,
        direction,
        change === 'isolated' ? 'isolated for the first time' : 'not isolated any more',
        listSome(by.map(policyLink), REASONS),
        impact === undefined ? '' : plainText(impactLines(direction, impact, CALLERS).join('; ')),
      ]),
      folded: false,
    },
    {
      title: 'Workloads',
      head: ['workload', 'change'],
      rows: [...diff.added.map(({ id }) => [id, 'new']), ...diff.removed.map(({ id }) => [id, 'gone'])],
      folded: true,
    },
    {
      title: 'Pods that roll',
      head: ['workload', 'labels of the pod template'],
      rows: diff.rolls.map((roll) => [roll.workload.id, labelWords(roll)]),
      folded: true,
    },
  ];
}

function connectionRows(list: readonly DiffConnection[], sides: DiffSides): string[][] {
  return groupConnections(list).map((group) => [
    listSome(peerNames(group.from), NAMES),
    listSome(peerNames(group.to), NAMES),
    printConnections(group.connections),
    reasonCell(diffReason(group, sides)),
  ]);
}

function reasonCell({ decisions, otherwise }: DiffReason): string {
  if (decisions.length === 0) return otherwise;
  return listSome([...new Set(decisions.map(({ policy, place }) => link(policyId(policy), place)))], REASONS);
}

function policyLink(policy: Policy): string {
  return link(policyId(policy), policy.place);
}

/** A link to the line; paths are as they were given, from the root of the repository as a rule. */
function link(text: string, { file, line }: Place): string {
  if (file === undefined) return text;
  const target = line === undefined ? file : `${file}#L${line}`;
  return `[${text}](${encodeURI(target.replace(/^[^/:]+:/, ''))})`;
}

function printTable(
  { title, head, rows, folded }: Table,
  room: number,
): { readonly printed: string; readonly left: number } {
  const start = folded ? `\n<details><summary>${title} (${rows.length})</summary>\n\n` : `\n**${title}**\n\n`;
  const end = folded ? '\n</details>\n' : '';
  let printed = `${start}${row(head)}${row(head.map(() => '---'))}`;
  let shown = 0;
  for (const cells of rows) {
    const line = row(cells.map(escapeMarkdown));
    if (printed.length + line.length + end.length > room) break;
    printed += line;
    shown++;
  }
  return shown === 0
    ? { printed: '', left: rows.length }
    : { printed: printed + end, left: rows.length - shown };
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}

/**
 * Names of callers may come from flow logs, which anybody writes who sends a packet: no link, mention, reference or emphasis
 * is made of them. What {@link escapeMarkdown} escapes is left to it.
 */
function plainText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replace(/[\\`*_~]/g, '\\$&')
    .replaceAll('#', '&#35;')
    .replaceAll('](', ']&#40;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '&#64;')
    .replaceAll('://', ':&#47;&#47;');
}

/** Names come from manifests: nothing in them may become markup. Links of ours stay. */
export function escapeMarkdown(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ');
}
