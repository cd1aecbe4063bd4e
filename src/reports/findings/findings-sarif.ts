import { sortFindings, type Finding } from '../../model/finding';
import { sarifLog, type SarifRule } from '../sarif';

/** Findings as a SARIF log. @param described what rules are about, by id; others are named only */
export function findingsSarif(findings: readonly Finding[], described: ReadonlyMap<string, string>): string {
  const ids = [...new Set(findings.map(({ id }) => id))].sort();
  const rules = ids.map((rule): SarifRule => ({ rule, description: described.get(rule) ?? rule }));
  return sarifLog(
    rules,
    sortFindings(findings).map(({ id, severity, message, object, place, mend }) => ({
      rule: id,
      severity,
      message: mend === '' ? message : `${message.replace(/\.$/, '')}. ${mend}`,
      object,
      place,
    })),
  );
}
