import { createHash } from 'node:crypto';
import type { Selector } from './selector';
import { byteSorted } from './selector-order';

/**
 * The canonical text (calico-policy-model 3.4): `and` and `or` always in brackets, sets sorted without repeats,
 * double quotes unless the value has one.
 * @throws RangeError for a value with both kinds of quote, which the language cannot say.
 */
export function printSelector(selector: Selector): string {
  switch (selector.type) {
    case 'all':
    case 'global':
      return `${selector.type}()`;
    case 'has':
      return `has(${selector.key})`;
    case 'compare':
      return `${selector.key} ${selector.operator} ${quote(selector.value)}`;
    case 'set':
      return `${selector.key} ${selector.operator} {${byteSorted(selector.values).map(quote).join(', ')}}`;
    case 'not':
      return `!${printSelector(selector.operand)}`;
    case 'and':
      return printChain(selector.operands, ' && ', 'all()');
    case 'or':
      return printChain(selector.operands, ' || ', '!all()');
  }
}

function printChain(operands: readonly Selector[], separator: string, empty: string): string {
  const texts = operands.map(printSelector);
  return texts.length > 1 ? `(${texts.join(separator)})` : (texts[0] ?? empty);
}

/** Whether the language can write this value: it has no escapes, so a value with both quotes cannot be said. */
function isQuotable(value: string): boolean {
  return !(value.includes('"') && value.includes("'"));
}

function quote(value: string): string {
  if (!isQuotable(value)) {
    throw new RangeError(
      `A Calico selector cannot hold the value ${JSON.stringify(value)}: it has both kinds of quote.`,
    );
  }
  return value.includes('"') ? `'${value}'` : `"${value}"`;
}

/** The identifier that Calico derives from a selector: equal for texts that differ only in spelling. */
export function selectorUid(selector: Selector): string {
  return `s:${createHash('sha224')
    .update(`s:${printSelector(selector)}`)
    .digest('base64url')}`;
}
