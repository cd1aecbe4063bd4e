import { CHECKS } from '../checks';
import type { CheckSettings } from '../checks/configuration';
import { FIXABLE_FINDINGS } from '../checks/other-findings';
import type { ListedRule } from '../reports/findings/rules';

/** The checks, and the other findings that can be mended, by id. */
export function listedRules({ severities }: CheckSettings): readonly ListedRule[] {
  return [...CHECKS, ...FIXABLE_FINDINGS]
    .map(({ id, severity, summary, optIn = false, fixable = false }) => ({
      id,
      severity: severities.get(id) ?? (optIn ? 'off' : severity),
      fixable,
      summary,
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}
