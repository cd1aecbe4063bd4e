import { diffMarkdown, escapeMarkdown } from './diff-markdown';
import type { DiffSides } from './diff-reason';
import { driftSummary, driftWords, hasDrifted, type Drift } from './drift';

/** More files are counted: what they mean is to have room in the comment. */
const FILES = 50;

/** What is not as it should be, as a comment under a pull request. @param mend what to do about it */
export function driftMarkdown(drift: Drift, sides: DiffSides, mend: string): string {
  const head = `### ${escapeMarkdown(driftSummary(drift))}\n`;
  if (!hasDrifted(drift)) return head;
  const rows = drift.files
    .slice(0, FILES)
    .map((file) => `| ${escapeMarkdown(file.name)} | ${driftWords(file)} |\n`);
  const more = drift.files.length - rows.length;
  const table =
    rows.length === 0
      ? ''
      : `\n| ${drift.unit ?? 'file'} | what |\n| --- | --- |\n${rows.join('')}${more > 0 ? `\nand ${more} more ${drift.unit ?? 'file'}s.\n` : ''}`;
  return diffMarkdown(
    drift.diff,
    sides,
    `${head}\n${escapeMarkdown(mend)}\n${table}\nWhat changes when it is mended:\n\n`,
  );
}
