import type { DiffSides } from './diff-reason';
import { diffText } from './diff-text';
import { driftSummary, driftWords, hasDrifted, type Drift, type FileDrift } from './drift';
import { PLAIN, type Style } from '../style';

const SIGN: Readonly<Record<FileDrift['change'], string>> = { changed: '~', missing: '+', 'left-over': '-' };

/** What is not as it should be, for a terminal: the files first, then what that means. @param mend what to do about it */
export function* driftText(
  drift: Drift,
  sides: DiffSides,
  mend: string,
  style: Style = PLAIN,
): Generator<string> {
  yield `${style.bold(driftSummary(drift))}\n`;
  if (!hasDrifted(drift)) return;
  if (drift.files.length > 0) yield drift.unit === 'object' ? '\nObjects\n' : '\nFiles\n';
  for (const file of drift.files) {
    yield `  ${style.warn(`${SIGN[file.change]} ${file.name}  ${driftWords(file)}`)}\n`;
    if (file.change === 'changed' && !file.lineEndings) yield* bothLines(file, style);
  }
  yield '\nWhat changes when it is mended: ';
  yield* diffText(drift.diff, sides, style);
  yield `\n${mend}\n`;
}

function* bothLines(
  { committed, fresh }: FileDrift & { readonly change: 'changed' },
  style: Style,
): Generator<string> {
  if (committed !== undefined) yield `      ${style.bad(`- ${committed}`)}\n`;
  if (fresh !== undefined) yield `      ${style.good(`+ ${fresh}`)}\n`;
}
