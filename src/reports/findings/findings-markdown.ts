import { sortFindings, type Finding } from '../../model/finding';
import { printPlace } from '../../model/place';
import { countFindings } from './findings-text';
import { capital } from '../words';

/** Findings as a table for a comment, errors first; what to do folds below each. */
export function findingsMarkdown(findings: readonly Finding[]): string {
  const head = `### ${capital(countFindings(findings))}\n`;
  if (findings.length === 0) return head;
  const rows = sortFindings(findings).map(
    ({ id, severity, message, object, place, mend }) =>
      `| ${[severity, id, object ?? '', printPlace(place), message].map(cell).join(' | ')}${mend === '' ? '' : ` _${cell(mend)}_`} |\n`,
  );
  return `${head}\n| severity | rule | object | place | what, and what to do |\n| --- | --- | --- | --- | --- |\n${rows.join('')}`;
}

/** Texts come from manifests: nothing in them may become markup. */
function cell(text: string): string {
  return text
    .replaceAll(/[\\`*_[\]|]/g, '\\$&')
    .replaceAll('<', '&lt;')
    .replaceAll('\n', ' ');
}
