import { nearest } from '../model/field-reader';
import { CHECKS } from './index';
import { OTHER_FINDINGS } from './other-findings';

const CHECK_IDS: ReadonlySet<string> = new Set(CHECKS.map(({ id }) => id));
const ALL_IDS: readonly string[] = [...new Set([...CHECK_IDS, ...OTHER_FINDINGS])];
const KNOWN: ReadonlySet<string> = new Set(ALL_IDS);

/** Whether findings of this id are judgements of a check. */
export function isCheckId(id: string): boolean {
  return CHECK_IDS.has(id);
}

/** What to say of a name that is the id of no rule, with the one that may be meant; undefined when there is such a rule. */
export function unknownRule(id: string): { readonly message: string; readonly mend: string } | undefined {
  if (KNOWN.has(id)) return undefined;
  const near = nearest(id, ALL_IDS);
  return {
    message: `names ${JSON.stringify(id.slice(0, 80))}, which is no rule`,
    mend: near === undefined ? 'intents check --list-rules lists the rules.' : `Did you mean ${near}?`,
  };
}
