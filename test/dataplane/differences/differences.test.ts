import { readFileSync } from 'node:fs';
import { CASES } from './cases';
import { readObserved } from './observed';
import { NFTABLES_LIMITS } from './nftables-limits';
import { evaluated, findingsOf, isUnknown, page, PAGE, profileFields, PROFILES, verdictOf } from './page';

describe('docs/cni-differences.md', () => {
  it('is what the results make it (DATAPLANE_RECORD=1 npm run test:dataplane -- test/dataplane/differences writes it anew)', () => {
    expect(readFileSync(PAGE, 'utf8')).toBe(page(readObserved()));
  });

  it('has a result of every case, and no other', () => {
    expect(Object.keys(readObserved()).sort()).toEqual(CASES.map(({ id }) => id).sort());
  });
});

describe('each difference is in a profile, or said to be in none', () => {
  const all = [...CASES, ...NFTABLES_LIMITS];

  it('of each row, with the fields or with a reason', () => {
    for (const { profile } of all) {
      expect(profile.length).toBeGreaterThan(typeof profile === 'string' ? 20 : 0);
      if (typeof profile !== 'string') for (const field of profile) expect(profileFields()).toContain(field);
    }
  });

  it('and each field of the profiles is from a row', () => {
    const named = all.flatMap(({ profile }) => (typeof profile === 'string' ? [] : profile));
    expect(new Set(named)).toEqual(new Set(profileFields()));
  });

  it.each(PROFILES)('what %s does otherwise than --cni kubernetes says is in a field', (engine) => {
    const otherwise = CASES.filter((asked) => {
      const seen = readObserved()[asked.id]?.[engine] ?? '';
      return !isUnknown(seen) && verdictOf(seen) !== evaluated(asked, 'kubernetes');
    });
    expect(otherwise.length).toBeGreaterThan(1);
    for (const { profile } of otherwise) expect(typeof profile).toBe('object');
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

  it('and where it is not modelled, a finding with that --cni says so, and with no other', () => {
    const otherwise = CASES.filter((asked) => {
      const observation = readObserved()[asked.id]?.[engine] ?? '';
      return !isUnknown(observation) && evaluated(asked, profile) !== 'undecided'
        ? verdictOf(observation) !== evaluated(asked, profile)
        : false;
    });
    expect(otherwise.map(({ id }) => id)).toEqual(
      profile === 'kube-network-policies' ? ['address-of-ended-pod'] : [],
    );
    for (const asked of otherwise) {
      expect(findingsOf(asked, profile)).toContain(asked.finding);
      expect(findingsOf(asked, 'kubernetes')).not.toContain(asked.finding);
    }
  });

  it('is left open by the evaluator only about what may be the own node: a node, and a pod on its network', () => {
    const open = seen.filter(({ asked }) => evaluated(asked, profile) === 'undecided');
    expect(open.map(({ asked }) => asked.id)).toEqual(['from-own-node', 'host-network-peer']);
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
