import { edgeLine, countLines, otherTrafficLines, unmappedLines } from './other-traffic';
import { timeWords } from './evidence';
import type { ImportResult } from './import-result';
import type { LeftOut } from '../calls/observed-call';
import { shownText } from '../../reports/shown-text';
import { plural } from '../../reports/words';

const WHY: Readonly<Record<LeftOut['why'], string>> = {
  'below-count': 'seen less often than --min-count',
  'below-confidence': 'less sure than --min-confidence',
  denied: 'denied by policies every time (--denied takes them as calls)',
  unanswered: 'nobody ever answered',
  'no-word':
    'targets have no word for it: they name TCP, UDP and SCTP ports in the cluster, and TCP ports of names and addresses outside',
  'many-ports':
    'ports that the server does not declare, and of which too many were seen to tell them all apart: a scan, or ports of the moment',
  finished: 'its pods have run to their end',
};

/** More files and calls than these are counted. */
const MOST_FILES = 20;
const MOST_CALLS = 20;

/** What was read, what became of it, and what is in no intent: beside the intents, for a person. */
export function importText({ drafts, leftOut, observed, files }: ImportResult): string {
  const targets = drafts.reduce((sum, draft) => sum + draft.targets.length, 0);
  const when = timeWords(observed);
  const parts = [
    fileLines(files),
    [
      ...countLines(observed),
      `${plural(targets, 'target')} of ${plural(drafts.length, 'client')}${when.length === 0 ? '' : `, seen ${when.join('')}`}`,
    ],
    titled('In no intent', leftOutLines(leftOut)),
    titled('Not mapped', unmappedLines(observed)),
    titled('No calls of workloads', otherTrafficLines(observed.edges)),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

/** Which file was taken for what: a log that is read as something else is noticed here. */
export function fileLines(files: ImportResult['files']): string[] {
  const lines = files
    .slice(0, MOST_FILES)
    .map(
      ({ file, format }) =>
        `${shownText(file)}: ${format ?? 'no flow log that is known; nothing is read of it'}`,
    );
  const rest = files.length - lines.length;
  return rest > 0 ? [...lines, `and ${rest} more files`] : lines;
}

function titled(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  ${line}`)];
}

function leftOutLines(leftOut: readonly LeftOut[]): string[] {
  return Object.entries(WHY).flatMap(([why, words]) => {
    const own = leftOut.filter((one) => one.why === why);
    if (own.length === 0) return [];
    const shown = own.slice(0, MOST_CALLS).map(({ call }) => {
      const doubts = call.doubts.length === 0 ? '' : ` (${call.doubts.join('; ')})`;
      return `  ${edgeLine(call.edge)}${doubts}`;
    });
    const rest = own.length - shown.length;
    return [`${words}:`, ...shown, ...(rest > 0 ? [`  and ${rest} others`] : [])];
  });
}
