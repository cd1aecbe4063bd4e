import type { Labels } from '../../model/resource';
import type { Selector } from './selector';

/** Operators that look into the value of a label. */
export type TextOperator = 'contains' | 'starts with' | 'ends with';

/**
 * Whether a thing with these labels is selected (calico-policy-model 3.3). `!=` and `not in` hold for a label that is
 * missing; `global()` holds for everything, as it is special only as the namespaceSelector of a rule.
 */
export function selectorMatches(selector: Selector, labels: Labels): boolean {
  switch (selector.type) {
    case 'all':
    case 'global':
      return true;
    case 'has':
      return labelValue(labels, selector.key) !== undefined;
    case 'compare':
      return compare(selector.operator, labelValue(labels, selector.key), selector.value);
    case 'set': {
      const value = labelValue(labels, selector.key);
      const inside = value !== undefined && selector.values.includes(value);
      return selector.operator === 'in' ? inside : !inside;
    }
    case 'not':
      return !selectorMatches(selector.operand, labels);
    case 'and':
      return selector.operands.every((operand) => selectorMatches(operand, labels));
    case 'or':
      return selector.operands.some((operand) => selectorMatches(operand, labels));
  }
}

function compare(operator: '==' | '!=' | TextOperator, actual: string | undefined, value: string): boolean {
  if (operator === '!=') return actual !== value;
  if (actual === undefined) return false;
  return operator === '==' ? actual === value : textHolds(operator, actual, value);
}

/** Whether a text is what an operator asks of it. */
export function textHolds(operator: TextOperator, text: string, value: string): boolean {
  switch (operator) {
    case 'contains':
      return text.includes(value);
    case 'starts with':
      return text.startsWith(value);
    case 'ends with':
      return text.endsWith(value);
  }
}

/** A label named like a member of every object, such as `constructor`, is missing unless it is really there. */
function labelValue(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
