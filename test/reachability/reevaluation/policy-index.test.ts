import fc from 'fast-check';
import { podEntityLabels } from '../../../src/policies/calico/entity-labels';
import { policyScope } from '../../../src/policies/calico/scope';
import { selectorMatches } from '../../../src/policies/calico/selector-match';
import { isCalicoPolicy } from '../../../src/policies/policy';
import { WholeEngine } from '../../../src/reachability/engine';
import { PolicyIndex } from '../../../src/reachability/reevaluation/policy-index';
import { compareRanked } from '../../../src/reachability/rules/composition';
import { modelOf } from './changed-model';
import { calico, clusterWide, gnp, netpol, type Labels } from './objects';

function indexOf(objects: readonly object[]): PolicyIndex {
  const { cluster, policies } = modelOf(objects);
  return new PolicyIndex(new WholeEngine(cluster, policies, {}).ranked);
}

function podLabels(labels: Labels, namespace: string): Labels {
  return podEntityLabels({
    labels,
    namespace,
    namespaceLabels: { team: namespace },
    serviceAccount: 'default',
    serviceAccountLabels: {},
  });
}

/** Names of the policies that may select a pod, in their order. */
function candidates(index: PolicyIndex, labels: Labels, namespace = 'shop'): string[] {
  const positions = index.candidates(namespace, () => podLabels(labels, namespace));
  expect([...positions].sort((a, b) => a - b)).toEqual(positions);
  return positions.map((position) => index.ranked[position]?.policy.name ?? '');
}

const selecting = (name: string, selector: string, order: number): object => gnp(name, { selector, order });

describe('the policies that may select a pod', () => {
  const key = fc.constantFrom('app', 'tier', 'constructor', '__proto__');
  const value = fc.constantFrom('a', 'b', 'c');
  const { selector } = fc.letrec<{ selector: string }>((tie) => ({
    selector: fc.oneof(
      { maxDepth: 2 },
      fc.tuple(key, value).map(([one, text]) => `${one} == '${text}'`),
      fc.tuple(key, value).map(([one, text]) => `${one} != '${text}'`),
      fc
        .tuple(key, fc.subarray(['a', 'b', 'c'], { minLength: 1 }))
        .map(([one, list]) => `${one} in {${list.map((text) => `'${text}'`).join(', ')}}`),
      fc.tuple(key, value).map(([one, text]) => `${one} not in {'${text}'}`),
      key.map((one) => `has(${one})`),
      fc.constant('all()'),
      fc.tuple(tie('selector'), tie('selector')).map(([a, b]) => `(${a}) && (${b})`),
      fc.tuple(tie('selector'), tie('selector')).map(([a, b]) => `(${a}) || (${b})`),
      tie('selector').map((one) => `!(${one})`),
    ),
  }));
  const labels = fc
    .uniqueArray(fc.tuple(key, value), { maxLength: 3, selector: ([one]) => one })
    .map((pairs): Labels => Object.fromEntries(pairs));

  it('are all that do, whatever their selectors are', () => {
    fc.assert(
      fc.property(fc.array(selector, { minLength: 1, maxLength: 8 }), labels, (selectors, own) => {
        const index = indexOf(selectors.map((text, number) => selecting(`p-${number}`, text, number)));
        const found = new Set(candidates(index, own));
        for (const { policy } of index.ranked) {
          const scope = isCalicoPolicy(policy) ? policyScope(policy) : undefined;
          const isSelected = scope === undefined || selectorMatches(scope, podLabels(own, 'shop'));
          if (isSelected) expect([policy.name, found.has(policy.name)]).toEqual([policy.name, true]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('are not those that ask for another value of a label', () => {
    const index = indexOf([
      selecting('is-a', "app == 'a'", 1),
      selecting('is-b', "app == 'b'", 2),
      selecting('a-or-c', "app in {'a', 'c'}", 3),
      selecting('not-a', "app != 'a'", 4),
      selecting('both', "app == 'a' && tier == 'x'", 5),
      selecting('neither', "app not in {'a'} && has(tier)", 6),
      selecting('any', 'all()', 7),
    ]);
    expect(candidates(index, { app: 'a' })).toEqual(['is-a', 'a-or-c', 'not-a', 'both', 'neither', 'any']);
    expect(candidates(index, { app: 'b' })).toEqual(['is-b', 'not-a', 'neither', 'any']);
    expect(candidates(index, { app: 'c' })).toEqual(['a-or-c', 'not-a', 'neither', 'any']);
    expect(candidates(index, {})).toEqual(['not-a', 'neither', 'any']);
  });

  it('are looked up by the label that tells most policies apart', () => {
    const index = indexOf([
      selecting('one', "tier == 'x' && app == 'a'", 1),
      selecting('two', "app == 'b' && tier == 'x'", 2),
      selecting('three', "tier == 'x' && app in {'c', 'd'}", 3),
    ]);
    expect(candidates(index, { tier: 'x', app: 'a' })).toEqual(['one']);
    expect(candidates(index, { tier: 'x', app: 'd' })).toEqual(['three']);
    expect(candidates(index, { tier: 'x' })).toEqual([]);
    // All of them would be met under `tier`.
    expect(candidates(index, { app: 'b' })).toEqual(['two']);
  });

  it('are those of its namespace, and those of none', () => {
    const index = indexOf([
      netpol('here', { podSelector: {} }),
      netpol('there', { podSelector: {} }, 'store'),
      calico('NetworkPolicy', 'of-calico', { order: 5000 }, { namespace: 'shop' }),
      selecting('any', 'all()', 6000),
      clusterWide('admin', { tier: 'Admin', priority: 1, subject: { namespaces: {} } }),
    ]);
    expect(candidates(index, {})).toEqual(['admin', 'here', 'of-calico', 'any']);
    expect(candidates(index, {}, 'store')).toEqual(['admin', 'there', 'any']);
    expect(candidates(index, {}, 'elsewhere')).toEqual(['admin', 'any']);
  });

  it('do not look at the labels where no policy asks for a value', () => {
    const index = indexOf([netpol('here', { podSelector: {} }), selecting('any', 'all()', 1)]);
    const labels_ = (): Labels => {
      throw new Error('nobody needs them');
    };
    expect(index.candidates('shop', labels_)).toHaveLength(2);
  });
});

describe('the policies of a model', () => {
  const tier = (name: string, order: number): object =>
    calico('Tier', name, { order, defaultAction: order > 50 ? 'Pass' : 'Deny' });
  const objects = [
    tier('late', 90),
    tier('early', 10),
    gnp('late.a', { tier: 'late', order: 1 }),
    gnp('early.b', { tier: 'early', order: 2 }),
    gnp('early.a', { tier: 'early', order: 2 }),
    gnp('early.c', { tier: 'early', order: 1 }),
    netpol('np', { podSelector: {} }),
    gnp('no-scope', {}),
  ];
  const index = indexOf(objects);

  it('stand in their order, tier by tier, and each is found at its position', () => {
    const names = index.ranked.map(({ policy }) => policy.name);
    expect(names).toEqual(['early.c', 'early.a', 'early.b', 'late.a', 'np', 'no-scope']);
    expect(index.ranked.map(({ policy }) => index.positionOf(policy))).toEqual([0, 1, 2, 3, 4, 5]);
    const [other] = indexOf(objects).ranked;
    expect(other !== undefined && index.positionOf(other.policy)).toBeUndefined();
    expect(index.ranked.map((_, position) => index.tierAt(position))).toEqual([0, 0, 0, 1, 2, 2]);
    const tiers = [...index.tiers].map(([name, { number, rank }]) => [name, number, rank.endAction]);
    expect(tiers).toEqual([
      ['early', 0, 'deny'],
      ['late', 1, 'pass'],
      ['default', 2, 'deny'],
    ]);
  });

  it('are counted before any place, whether a policy stands there or would', () => {
    const more = indexOf([
      ...objects,
      gnp('early.aa', { tier: 'early', order: 2 }),
      gnp('early.0', { tier: 'early', order: 0 }),
      gnp('late.z', { tier: 'late', order: 100 }),
      gnp('zz', { order: 9000 }),
    ]);
    for (const place of more.ranked) {
      const expected = index.ranked.filter((entry) => compareRanked(entry, place) < 0).length;
      expect([place.policy.name, index.before(place)]).toEqual([place.policy.name, expected]);
    }
    expect(more.ranked.map((place) => index.before(place))).toEqual([0, 0, 1, 2, 2, 3, 4, 4, 5, 5]);
  });

  it('of Calico have a scope, unless they are for all; others have none', () => {
    const hasScope = index.ranked.map((_, position) => index.scopeAt(position) !== undefined);
    expect(hasScope).toEqual([false, false, false, false, false, false]);
    const scoped = indexOf([selecting('is-a', "app == 'a'", 1), netpol('np', { podSelector: {} })]);
    expect([scoped.scopeAt(0)?.type, scoped.scopeAt(1)]).toEqual(['compare', undefined]);
  });
});
