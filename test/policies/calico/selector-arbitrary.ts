import fc from 'fast-check';
import type { Selector } from '../../../src/policies/calico/selector';
import { byteSorted } from '../../../src/policies/calico/selector-order';

const key = fc.constantFrom('a', 'b', 'c/d', 'in', 'not', 'has', 'contains', 'projectcalico.org/name');
const value = fc
  .oneof(fc.constantFrom('', 'x', 'y', 'in {', "it's", 'say "x"', '\n', 'é\u{1F600}'), fc.string())
  .filter((text) => !(text.includes('"') && text.includes("'")));

/** Selectors in the form that the parser gives: sets sorted, no doubled negation. */
export function selectorArbitrary(): fc.Arbitrary<Selector> {
  return fc.letrec<{ tree: Selector; leaf: Selector; not: Selector; chain: Selector }>((tie) => ({
    leaf: fc.oneof<fc.Arbitrary<Selector>[]>(
      fc.constantFrom<Selector>({ type: 'all' }, { type: 'global' }),
      key.map((name): Selector => ({ type: 'has', key: name })),
      fc.record({
        type: fc.constant('compare' as const),
        key,
        operator: fc.constantFrom(
          '==' as const,
          '!=' as const,
          'contains' as const,
          'starts with' as const,
          'ends with' as const,
        ),
        value,
      }),
      fc.record({
        type: fc.constant('set' as const),
        key,
        operator: fc.constantFrom('in' as const, 'not in' as const),
        values: fc.array(value, { maxLength: 4 }).map(byteSorted),
      }),
    ),
    not: tie('tree')
      .filter((operand) => operand.type !== 'not')
      .map((operand): Selector => ({ type: 'not', operand })),
    chain: fc.record({
      type: fc.constantFrom('and' as const, 'or' as const),
      operands: fc.array(tie('tree'), { minLength: 2, maxLength: 3 }),
    }),
    tree: fc.oneof({ depthSize: 'small', withCrossShrink: true }, tie('leaf'), tie('not'), tie('chain')),
  })).tree;
}
