import { readFileSync } from 'node:fs';
import { CASES } from './cases';
import { readObserved } from './observed';
import { evaluated, isUnknown, page, PAGE, PROFILES, verdictOf } from './page';

describe('docs/cni-differences.md', () => {
  it('is what the results make it (DATAPLANE_RECORD=1 npm run test:dataplane -- test/dataplane/differences writes it anew)', () => {
    expect(readFileSync(PAGE, 'utf8')).toBe(page(readObserved()));
  });

  it('has a result of every case, and no other', () => {
    expect(Object.keys(readObserved()).sort()).toEqual(CASES.map(({ id }) => id).sort());
  });
});

describe.each(PROFILES)('what %s did to packets', (engine, profile) => {
  const seen = CASES.flatMap((asked) => {
    const observation = readObserved()[asked.id]?.[engine] ?? '';
    return isUnknown(observation) || excused(asked.notModelled, profile) ? [] : [{ asked, observation }];
  });

  it.each(seen.map(({ asked, observation }) => [asked.id, verdictOf(observation), asked] as const))(
    `is what the evaluator says with --cni ${profile}: %s, %s`,
    (_, verdict, asked) => {
      expect([verdict, 'undecided']).toContain(evaluated(asked, profile));
    },
  );

  it('is left open by the evaluator only about a node and its own pods', () => {
    const open = seen.filter(({ asked }) => evaluated(asked, profile) === 'undecided');
    expect(open.map(({ asked }) => asked.id)).toEqual(['from-own-node']);
  });
});

describe('the evaluator with --cni kubernetes', () => {
  it('says what the texts say, but for a pod and its own node, where no engine follows them', () => {
    const others = CASES.filter(
      (asked) => asked.text !== 'open' && ![asked.text, 'undecided'].includes(evaluated(asked, 'kubernetes')),
    );
    expect(others.map(({ id }) => id)).toEqual(['to-own-node']);
  });
});

/** A case says which engine is not modelled by beginning with its name. */
function excused(notModelled: string | undefined, profile: string): boolean {
  return notModelled?.toLowerCase().startsWith(`${profile}:`) === true;
}
