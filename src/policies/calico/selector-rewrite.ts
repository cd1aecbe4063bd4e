import type { Selector } from './selector';

type Leaf = Exclude<Selector, { type: 'not' | 'and' | 'or' }>;

/** The selector with every leaf exchanged; what joins the leaves stays. */
export function mapLeaves(selector: Selector, change: (leaf: Leaf) => Selector): Selector {
  switch (selector.type) {
    case 'not':
      return { type: 'not', operand: mapLeaves(selector.operand, change) };
    case 'and':
    case 'or':
      return {
        type: selector.type,
        operands: selector.operands.map((operand) => mapLeaves(operand, change)),
      };
    default:
      return change(selector);
  }
}

/** Every leaf, from left to right. */
export function leavesOf(selector: Selector): readonly Leaf[] {
  switch (selector.type) {
    case 'not':
      return leavesOf(selector.operand);
    case 'and':
    case 'or':
      return selector.operands.flatMap(leavesOf);
    default:
      return [selector];
  }
}

/** The selector with `prefix` before every label key: how namespace labels (`pcns.`) are seen on pods. */
export function prefixKeys(selector: Selector, prefix: string): Selector {
  return mapLeaves(selector, (leaf) => ('key' in leaf ? { ...leaf, key: prefix + leaf.key } : leaf));
}

/** The selector with every `all()` (or `global()`) exchanged for another selector. */
export function replaceCall(selector: Selector, call: 'all' | 'global', by: Selector): Selector {
  return mapLeaves(selector, (leaf) => (leaf.type === call ? by : leaf));
}

/** All of the selectors that are there; undefined when none is. */
export function allOf(...selectors: readonly (Selector | undefined)[]): Selector | undefined {
  const operands = selectors.filter((selector): selector is Selector => selector !== undefined);
  return operands.length > 1 ? { type: 'and', operands } : operands[0];
}
