import { sortFindings, type Finding, type Severity } from '../../model/finding';
import { printPlace } from '../../model/place';
import { shownLines } from '../shown-text';

const NOUN: Record<Severity, string> = { error: 'error', warning: 'warning', info: 'note' };

/** Findings as a person reads them: errors first, each with its place and its mend, and a count at the end. */
export function printFindings(findings: readonly Finding[]): string {
  return [...sortFindings(findings).map(printFinding), countFindings(findings)].join('\n\n');
}

function printFinding(finding: Finding): string {
  const place = printPlace(finding.place);
  const where = [finding.object, place === '' ? undefined : place]
    .filter((part) => part !== undefined)
    .join(', ');
  const lines = [
    `${NOUN[finding.severity]} ${finding.id}${where === '' ? '' : `: ${where}`}`,
    `  ${finding.message}`,
    ...(finding.mend === '' ? [] : [`  Mend: ${finding.mend}`]),
  ];
  // Names in it are those of manifests, and of whatever else was read.
  return shownLines(lines.join('\n'));
}

/** `2 errors, 1 warning`; `no findings` for none. */
export function countFindings(findings: readonly Finding[]): string {
  const parts = (['error', 'warning', 'info'] as const).flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [`${count} ${NOUN[severity]}${count === 1 ? '' : 's'}`];
  });
  return parts.length === 0 ? 'no findings' : parts.join(', ');
}
