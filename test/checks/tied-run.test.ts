import fc from 'fast-check';
import { TiedRun } from '../../src/checks/tied-run';
import { NOWHERE } from '../../src/model/place';
import type { CalicoPolicy } from '../../src/policies/calico/policy';
import type { PolicyTies } from '../../src/reachability/cni-profile';
import { tieOf } from '../../src/reachability/rules/policy-tie';

function calicoPolicy(name: string, namespace: string | undefined): CalicoPolicy {
  return {
    kind: namespace === undefined ? 'GlobalNetworkPolicy' : 'CalicoNetworkPolicy',
    staged: false,
    namespace,
    name,
    labels: {},
    tier: 'default',
    order: 5,
    types: ['ingress'],
    ingress: [],
    egress: [],
    hostOnly: false,
    place: NOWHERE,
  };
}

interface Tied {
  readonly policy: CalicoPolicy;
  readonly actions: ReadonlySet<string>;
}

/** Policies of one order with what they decide, as a version of Calico asks them. */
const RUNS = fc
  .record({
    version: fc.constantFrom<PolicyTies>('stored-name', 'name-first'),
    policies: fc.uniqueArray(
      fc.record({
        name: fc.constantFrom('a', 'b', 'c', 'e', 'z'),
        namespace: fc.constantFrom(undefined, 'alpha', 'shop'),
        actions: fc.uniqueArray(fc.constantFrom('Allow', 'Deny', 'Pass'), { maxLength: 3 }),
      }),
      { maxLength: 8, selector: ({ name, namespace }) => `${String(namespace)}/${name}` },
    ),
  })
  .map(({ version, policies }): Tied[] =>
    policies
      .map(({ name, namespace, actions }) => ({
        policy: calicoPolicy(name, namespace),
        actions: new Set(actions),
      }))
      .sort((a, b) => (tieOf(a.policy, version) < tieOf(b.policy, version) ? -1 : 1)),
  );

const areOpposed = (a: Tied, b: Tied): boolean =>
  [...a.actions].some((one) => [...b.actions].some((other) => one !== other));

/** Whether versions ask the two in different orders. */
const areVersioned = (a: CalicoPolicy, b: CalicoPolicy): boolean =>
  tieOf(a, 'stored-name') < tieOf(b, 'stored-name') !== tieOf(a, 'name-first') < tieOf(b, 'name-first');

describe('TiedRun (calico-policy-model 5.2)', () => {
  it('finds of each policy what a look at every pair finds', () => {
    fc.assert(
      fc.property(RUNS, (tied) => {
        const run = new TiedRun();
        tied.forEach((later, index) => {
          const opposed = tied.slice(0, index).filter((first) => areOpposed(first, later));
          const versioned = opposed.filter((first) => areVersioned(first.policy, later.policy));
          const wanted = versioned.length > 0 ? versioned : opposed;
          const found = run.opposedTo(later.policy, later.actions);
          if (wanted.length === 0) expect(found).toBeUndefined();
          else expect(wanted.map(({ policy }) => policy)).toContain(found);
          run.add(later.policy, later.actions);
        });
      }),
      { numRuns: 500 },
    );
  });

  it('does not look at every pair', () => {
    let reads = 0;
    const counted = (name: string): CalicoPolicy => ({
      ...calicoPolicy('', undefined),
      get name() {
        reads += 1;
        return name;
      },
    });
    const COUNT = 3_000;
    const run = new TiedRun();
    for (let index = 0; index < COUNT; index++) {
      const policy = counted(`n${String(index).padStart(5, '0')}`);
      const actions = new Set([index % 2 === 0 ? 'Allow' : 'Deny']);
      run.opposedTo(policy, actions);
      run.add(policy, actions);
    }
    expect(reads).toBeGreaterThan(COUNT);
    expect(reads).toBeLessThan(20 * COUNT);
  });
});
