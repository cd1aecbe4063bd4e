import fc from 'fast-check';
import { areOpposed } from '../../../src/reachability/rules/opposed-actions';

describe('policies are opposed', () => {
  it.each([
    [[], false],
    [[['allow']], false],
    [[['allow', 'deny']], false],
    [[['allow', 'deny'], []], false],
    [[['allow'], ['allow']], false],
    [[['allow'], ['deny']], true],
    [[['allow', 'deny'], ['allow']], true],
    [[['allow'], [], ['allow'], ['allow', 'pass']], true],
  ] as const)('with the actions %j: %s', (actions, expected) => {
    expect(areOpposed(actions)).toBe(expected);
  });

  it('when two of them have two rules with different actions', () => {
    const lists = fc.array(fc.array(fc.constantFrom('allow', 'deny', 'pass'), { maxLength: 3 }), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(lists, (policies) => {
        const expected = policies.some((some, index) =>
          policies
            .slice(index + 1)
            .some((others) => some.some((one) => others.some((other) => one !== other))),
        );
        expect(areOpposed(policies)).toBe(expected);
        expect(areOpposed(policies.map((actions) => new Set(actions)))).toBe(expected);
      }),
    );
  });
});
