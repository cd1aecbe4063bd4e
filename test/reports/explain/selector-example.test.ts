import fc from 'fast-check';
import { matches, type LabelSelector } from '../../../src/model/label-selector';
import { selectorMatches } from '../../../src/policies/calico/selector-match';
import { parseSelector } from '../../../src/policies/calico/selector-parser';
import { calicoExamples, exampleLabels } from '../../../src/reports/explain/selector-example';

const key = fc.constantFrom('a', 'b', 'constructor');
const value = fc.constantFrom('x', 'y', '');
const requirement = fc.oneof(
  fc.record({
    key,
    operator: fc.constantFrom('In' as const, 'NotIn' as const),
    values: fc.array(value, { minLength: 1 }),
  }),
  fc.record({
    key,
    operator: fc.constantFrom('Exists' as const, 'DoesNotExist' as const),
    values: fc.constant([]),
  }),
);

describe('examples of selectors', () => {
  it('always match their selector', () => {
    const selector: fc.Arbitrary<LabelSelector> = fc.record({
      matchLabels: fc.dictionary(key, value, { maxKeys: 2 }),
      matchExpressions: fc.array(requirement, { maxLength: 2 }),
    });
    fc.assert(
      fc.property(selector, (one) => {
        const example = exampleLabels(one);
        expect(example === undefined || matches(one, example)).toBe(true);
      }),
    );
  });

  it('are none for a selector that contradicts itself', () => {
    expect(
      exampleLabels({
        matchLabels: { a: 'x' },
        matchExpressions: [{ key: 'a', operator: 'DoesNotExist', values: [] }],
      }),
    ).toBeUndefined();
  });

  it.each([
    ["app == 'web'", [{ app: 'web' }]],
    [
      "app in {'a', 'b'} && has(tier)",
      [
        { app: 'a', tier: 'any' },
        { app: 'b', tier: 'any' },
      ],
    ],
    ["app == 'a' || app == 'b'", [{ app: 'a' }, { app: 'b' }]],
    ["!has(app) && app != 'x'", [{}]],
    ["app starts with 'we'", [{ app: 'we' }]],
    ['all()', [{}]],
  ])('of Calico, %s, are one for each alternative', (text, expected) => {
    const selector = read(text);
    expect(calicoExamples(selector)).toEqual(expected);
    expect(calicoExamples(selector).every((labels) => selectorMatches(selector, labels))).toBe(true);
  });
});

function read(text: string) {
  const parsed = parseSelector(text);
  if ('error' in parsed) throw new Error(parsed.error);
  return parsed.selector;
}
