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

function checkCalls(
  reader: FieldReader,
  key: string,
  role: SelectorRole,
  selector: Selector,
  text: string,
): boolean {
  const field = reader.pathTo([key]);
  const literals = leavesOf(selector).flatMap((leaf) =>
    leaf.type === 'compare' ? [leaf.value] : leaf.type === 'set' ? leaf.values : [],
  );
  if (literals.some((literal) => /all\(\)|global\(/.test(literal))) {
    return refuse(
      reader,
      key,
      `${field} has a value with "all()" or "global(" in it, which Calico takes for the call`,
      'Match another label.',
    );
  }
  if (!text.includes('global(') || role === 'rule-negative') return true;
  if (role !== 'rule-namespaces') {
    return refuse(
      reader,
      key,
      `${field} uses global(), which Calico takes only in the namespaceSelector of a rule`,
      'Use global() as the namespaceSelector of a source or destination.',
    );
  }
  if (selector.type === 'global' && /^[ \t]*global\([ \t]*\)[ \t]*$/.test(text)) return true;
  return refuse(
    reader,
    key,
    `${field} combines global() with something else; it must stand alone`,
    'Write global() alone, and a rule of its own for the rest.',
  );
}

function refuse(reader: FieldReader, key: string, message: string, mend: string): false {
  reader.problem([key], message, { id: 'invalid-selector', mend });
  return false;
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}…` : text);
}
