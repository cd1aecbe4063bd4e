import type { FieldReader } from '../../model/field-reader';
import { dnsSubdomainProblem } from '../../model/name-syntax';
import type { ServiceAccountMatch } from './policy';
import { SERVICE_ACCOUNT_LABEL } from './scope';
import type { Selector } from './selector';
import { readSelector } from './selector-field';
import { parseSelector } from './selector-parser';

/** What `serviceAccounts` of one side of a rule come to; nothing at all when they restrict nothing. */
export interface ReadServiceAccounts {
  readonly match?: ServiceAccountMatch;
  /** What names with a quote turn into: a selector over the labels of endpoints, which must hold too. */
  readonly spliced?: Selector;
}

/**
 * Reads `serviceAccounts` as Calico's API server takes it, which checks no names (calico-policy-model 2.4 item 4): the
 * names are spliced between quotes into the text of a selector, and a match of neither names nor selector, or of names
 * that break that text, restricts nothing.
 */
export function readServiceAccounts(reader: FieldReader): ReadServiceAccounts {
  const match = reader.object('serviceAccounts');
  if (match === undefined) return {};
  const names = match.strings('names') ?? [];
  const selector = readSelector(match, 'selector', 'rule-negative');
  match.rejectUnknown();
  if (names.length === 0 && (match.raw('selector') ?? '') === '') {
    warn(
      match,
      [],
      'has neither names nor a selector, so it restricts nothing: everyone matches',
      'Name the service accounts, or remove the field.',
    );
    return {};
  }
  names.forEach((name, index) => {
    checkName(match, name, index);
  });
  const bySelector = selector === undefined ? {} : { selector };
  if (!names.some((name) => name.includes("'"))) {
    return { match: { names: [...new Set(names)].sort(), ...bySelector } };
  }
  const parsed = parseSelector(`${SERVICE_ACCOUNT_LABEL} in { '${names.join("', '")}' }`);
  if ('error' in parsed) return {};
  return { spliced: parsed.selector, ...(selector === undefined ? {} : { match: { names: [], selector } }) };
}

function checkName(match: FieldReader, name: string, index: number): void {
  const reason = dnsSubdomainProblem(name);
  if (reason === undefined) return;
  const what = `is ${JSON.stringify(name.slice(0, 80))}, which no ServiceAccount is called (${reason})`;
  const follows = name.includes("'")
    ? 'with its quote it breaks the selector that Calico makes of the names, which then means something else or, mostly, restricts nothing'
    : 'it matches nobody';
  warn(match, ['names', index], `${what}: ${follows}`, 'Write the name of a ServiceAccount.');
}

/** What the API server takes, although its author hardly means it. */
function warn(match: FieldReader, path: readonly (string | number)[], message: string, mend: string): void {
  match.problem(path, `${match.pathTo(path)} ${message}`, {
    id: 'doubtful-service-accounts',
    severity: 'warning',
    mend,
  });
}
