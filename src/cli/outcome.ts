import type { Finding } from '../model/finding';
import { printFindings } from '../reports/findings/findings-text';
import type { Terminal } from './terminal';

/**
 * The exit code after a report: 1 when something failed, when a finding is an error, and with `strict` also when one
 * is a warning; else 0.
 */
export function exitCodeOf(
  findings: readonly Finding[],
  { strict = false, failed = false }: { readonly strict?: boolean | undefined; readonly failed?: boolean },
): number {
  const counts = (severity: Finding['severity']): boolean =>
    severity === 'error' || (strict && severity === 'warning');
  return failed || findings.some(({ severity }) => counts(severity)) ? 1 : 0;
}

/** Prints findings beside a report that does not carry them itself. */
export function printFindingsAside(findings: readonly Finding[], terminal: Terminal): void {
  if (findings.length > 0) terminal.err(`\n${printFindings(findings)}\n`);
}
