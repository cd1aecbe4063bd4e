import type { FieldReader } from '../../model/field-reader';
import type { Selector } from './selector';
import { parseSelector } from './selector-parser';
import { leavesOf } from './selector-rewrite';

/** Where a selector stands decides what `global()` may do in it (calico-policy-model 2.2 item 3, 2.4). */
export type SelectorRole = 'policy' | 'rule' | 'rule-namespaces' | 'rule-negative';

/**
 * Reads a field that holds a selector. Undefined when the field is absent or empty, or when it has an error: without
 * admission Calico drops or ignores what it cannot read, which opens or silently switches off a policy
 * (calico-policy-model 2.6), so nothing of it is guessed.
 */
export function readSelector(reader: FieldReader, key: string, role: SelectorRole): Selector | undefined {
  const text = reader.string(key);
  if (text === undefined || text === '') return undefined;
  const result = parseSelector(text);
  if ('error' in result) {
    const field = reader.pathTo([key]);
    reader.problem(
      [key],
      `${field} is no Calico selector: ${result.error} (character ${result.offset + 1} of ${quoted(text)})`,
      {
        id: 'invalid-selector',
        mend: 'Correct the selector; where Calico does not check it on the way in, the policy or a part of it silently falls away.',
      },
    );
    return undefined;
  }
  return checkCalls(reader, key, role, result.selector, text) ? result.selector : undefined;
}

/**
 * `global()` belongs into the namespaceSelector of a rule, alone. The validator of v3.31 looks for the very text
 * `global()` elsewhere, and only in some fields; later versions look for `global(`.
 */
function checkCalls(
  reader: FieldReader,
  key: string,
  role: SelectorRole,
  selector: Selector,
  text: string,
): boolean {
  const field = reader.pathTo([key]);
  if (role === 'rule-namespaces' && text.includes('global(')) {
    if (/^[ \t]*global\([ \t]*\)[ \t]*$/.test(text)) return true;
    return refuse(
      reader,
      key,
      `${field} combines global() with something else; it must stand alone`,
      'Write global() alone, and a rule of its own for the rest.',
    );
  }
  const misplaced = role === 'policy' || role === 'rule';
  if (misplaced && text.includes('global()')) {
    return refuse(
      reader,
      key,
      `${field} uses global(), which Calico takes only in the namespaceSelector of a rule`,
      'Use global() as the namespaceSelector of a source or destination.',
    );
  }
  if (misplaced && leavesOf(selector).some(({ type }) => type === 'global')) {
    warn(
      reader,
      key,
      `${field} uses global(), which is true of everything here, pods and hosts alike; Calico 3.32 and later refuse the policy`,
      'Use global() as the namespaceSelector of a source or destination.',
    );
  }
  warnOfLiterals(reader, key, selector);
  return true;
}

/**
 * Refuses a `selector` of white space that Calico puts in brackets beside something else: `()` does not parse, and Felix leaves
 * the whole policy out (getEndpointSelector and the policy processors of syncersv1/updateprocessors in v3.31). Its API
 * server takes it, and alone it is `all()`.
 */
export function refuseBlankBeside(reader: FieldReader, others: readonly string[]): void {
  const text = reader.raw('selector');
  if (typeof text !== 'string' || !/^[ \t]+$/.test(text)) return;
  const namespaced = !reader.resource.kind.endsWith('GlobalNetworkPolicy');
  const beside = others.filter((key) => reader.has(key) && reader.raw(key) !== '');
  if (!namespaced && beside.length === 0) return;
  refuse(
    reader,
    'selector',
    `${reader.pathTo(['selector'])} is only white space, which Calico cannot put together with ${
      beside[0] ?? 'the namespace of the policy'
    }: its API server takes the policy, and nothing enforces it`,
    'Remove the selector, or write all().',
  );
}

/** Calico replaces `all()` in the text of some selectors, quoted or not; no label has brackets in it either way (4.2). */
function warnOfLiterals(reader: FieldReader, key: string, selector: Selector): void {
  const literals = leavesOf(selector).flatMap((leaf) =>
    leaf.type === 'compare' ? [leaf.value] : leaf.type === 'set' ? leaf.values : [],
  );
  if (!literals.some((literal) => /all\(\)|global\(/.test(literal))) return;
  warn(
    reader,
    key,
    `${reader.pathTo([key])} has a value with "all()" or "global(" in it, which no label can have; some versions of Calico take it for the call and refuse the policy`,
    'Match another value.',
  );
}

function warn(reader: FieldReader, key: string, message: string, mend: string): void {
  reader.problem([key], message, { id: 'doubtful-selector', severity: 'warning', mend });
}

function refuse(reader: FieldReader, key: string, message: string, mend: string): false {
  reader.problem([key], message, { id: 'invalid-selector', mend });
  return false;
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}…` : text);
}
