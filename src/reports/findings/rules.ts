import type { Severity } from '../../model/finding';
import { printJson } from '../json-stream';
import { alignColumns } from '../table';

/** A rule as a list shows it. */
export interface ListedRule {
  readonly id: string;
  /** What its findings count as: its own severity, or that of a configuration. */
  readonly severity: Severity | 'off';
  /** Whether some of its findings can be mended by `--fix`. */
  readonly fixable: boolean;
  readonly summary: string;
}

/** A line for each rule. */
export function rulesText(rules: readonly ListedRule[]): string {
  const rows = rules.map(({ id, severity, fixable, summary }) => [
    id,
    severity,
    fixable ? 'fixable' : '',
    summary,
  ]);
  return alignColumns(rows)
    .map((line) => `${line}\n`)
    .join('');
}

/** The JSON of `intents check --list-rules` (`docs/schema/rules.v1.json`), in pieces. */
export function rulesJson(rules: readonly ListedRule[]): Generator<string> {
  return printJson([
    ['version', { value: 1 }],
    ['rules', { items: rules }],
  ]);
}
