import { matches, type LabelSelector } from '../../model/label-selector';
import type { Labels } from '../../model/resource';
import type { Selector } from '../../policies/calico/selector';
import { selectorMatches } from '../../policies/calico/selector-match';

/** Value for a label that only has to be there. */
const ANY_VALUE = 'any';

/** At most so many examples are made of one selector. */
const MOST = 8;

/** The fewest labels that a selector matches; undefined when it matches nothing. */
export function exampleLabels(selector: LabelSelector): Labels | undefined {
  const labels = new Map(Object.entries(selector.matchLabels));
  for (const { key, operator, values } of selector.matchExpressions) {
    const [first] = values;
    if (operator === 'Exists' && !labels.has(key)) labels.set(key, ANY_VALUE);
    if (operator === 'In' && first !== undefined && !labels.has(key)) labels.set(key, first);
  }
  const example = Object.fromEntries(labels);
  return matches(selector, example) ? example : undefined;
}

/** A few sets of labels that a Calico selector matches, one for each of its alternatives as far as they are few. */
export function calicoExamples(selector: Selector | undefined): readonly Labels[] {
  if (selector === undefined) return [{}];
  return alternatives(selector)
    .map((labels) => Object.fromEntries(labels))
    .filter((labels) => selectorMatches(selector, labels));
}

function alternatives(selector: Selector): ReadonlyMap<string, string>[] {
  switch (selector.type) {
    case 'has':
      return [new Map([[selector.key, ANY_VALUE]])];
    case 'compare':
      return [selector.operator === '!=' ? new Map() : new Map([[selector.key, selector.value]])];
    case 'set':
      return selector.operator === 'in'
        ? selector.values.slice(0, MOST).map((value) => new Map([[selector.key, value]]))
        : [new Map()];
    case 'and':
      return selector.operands.reduce<ReadonlyMap<string, string>[]>(
        (met, operand) =>
          met.flatMap((a) => alternatives(operand).map((b) => new Map([...a, ...b]))).slice(0, MOST),
        [new Map()],
      );
    case 'or':
      return selector.operands.flatMap(alternatives).slice(0, MOST);
    case 'all':
    case 'global':
    case 'not':
      return [new Map()];
  }
}
