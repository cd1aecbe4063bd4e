import { evaluate } from '../../../src/reachability/evaluate';
import type { Reachability } from '../../../src/reachability/reachability';
import { reevaluate, type Reevaluation } from '../../../src/reachability/reevaluation/reevaluate';
import { changed, expectAsFromScratch, modelOf } from './changed-model';
import { calico, gnp, ingressOf, netpol, pod, pods } from './objects';

const PODS = [pod('cart', { app: 'z' }), pod('other', { app: 'm' }), pod('web', { app: 'a' })];

function names({ affected }: Reevaluation): string[] {
  return affected.map(({ workload: { name }, directions }) => `${name} ${directions.join(' ')}`);
}

/** Evaluates each model on top of the one before; between them something may be asked. */
function steps(
  start: readonly object[],
  later: readonly (readonly object[])[],
  between?: (of: Reachability) => unknown,
): Reevaluation[] {
  const first = modelOf(start);
  const models = later.map((objects) => modelOf(objects));
  let last = evaluate(first.cluster, first.policies);
  const results = models.map((model) => {
    between?.(last);
    const result = reevaluate(last, model.cluster, model.policies);
    last = result.reachability;
    return result;
  });
  // At the end, as questions about a whole model give what comes after it another base.
  models.forEach((model, index) => {
    const { reachability } = results[index] ?? {};
    if (reachability !== undefined) expectAsFromScratch(reachability, model, {});
  });
  return results;
}

describe('changes one after the other', () => {
  const shut = ingressOf('z', []);
  const other = ingressOf('m', [pods('a')]);

  it('affect what differs from the model just before, not from the first', () => {
    const results = steps(PODS, [[...PODS, shut], [...PODS, shut, other], [...PODS, other], PODS]);
    expect(results.map(names)).toEqual([
      ['cart ingress'],
      ['other ingress'],
      ['cart ingress'],
      ['other ingress'],
    ]);
    expect(results.map(({ whole }) => whole)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('affect the same when whole answers were asked for between them', () => {
    const results = steps(PODS, [[...PODS, shut], [...PODS, shut, other], PODS], (of) => of.groups());
    expect(results.map(names)).toEqual([
      ['cart ingress'],
      ['other ingress'],
      ['cart ingress', 'other ingress'],
    ]);
  });

  it('affect everybody when they bring another plugin, and nothing more when the next ones do not', () => {
    const guard = gnp('guard', { selector: "app == 'm'", types: ['Ingress'], ingress: [] });
    const results = steps(PODS, [
      [...PODS, guard],
      [...PODS, guard, shut],
      [...PODS, shut],
    ]);
    expect(results.map(({ whole }) => whole)).toEqual(['plugin-changed', undefined, 'plugin-changed']);
    expect(results.map((result) => names(result).length)).toEqual([3, 1, 3]);
  });

  it('affect everybody when settings of the plugin change that verdicts follow, and nobody when others do', () => {
    const felix = (spec: object): object => ({
      apiVersion: 'projectcalico.org/v3',
      kind: 'FelixConfiguration',
      metadata: { name: 'default' },
      spec,
    });
    const results = steps(
      [...PODS, felix({})],
      [
        [...PODS, felix({ allowVXLANPacketsFromWorkloads: true })],
        [...PODS, felix({ allowVXLANPacketsFromWorkloads: true, logSeverityScreen: 'Debug' })],
        [...PODS, felix({ vxlanPort: 8472 }), shut],
        [...PODS, felix({ vxlanPort: 8472 })],
      ],
    );
    expect(results.map(({ whole }) => whole)).toEqual([
      'plugin-changed',
      undefined,
      'plugin-changed',
      undefined,
    ]);
  });
});

describe('a model is looked at piece by piece', () => {
  const deny = (index: number, types: readonly string[]): object =>
    netpol(`p-${index}`, { podSelector: { matchLabels: { app: 'z' } }, policyTypes: types });
  const denies = (count: number, types: readonly string[]): object[] =>
    Array.from({ length: count }, (_, index) => deny(index, types));
  const more = (count: number): object[] =>
    Array.from({ length: count }, (_, index) => pod(`more-${index}`, { app: `more-${index}` }));
  const whole = (before: readonly object[], after: readonly object[]): string | undefined => {
    const [was, now] = [modelOf(before), modelOf(after)];
    return reevaluate(evaluate(was.cluster, was.policies), now.cluster, now.policies).whole;
  };

  it('up to 256 changes: classes of pods, and policies that come and go', () => {
    expect(
      whole([...PODS, ...denies(128, ['Ingress'])], [...PODS, ...denies(128, ['Egress'])]),
    ).toBeUndefined();
    expect(whole([...PODS, ...denies(129, ['Ingress'])], [...PODS, ...denies(129, ['Egress'])])).toBe(
      'many-changes',
    );
    expect(whole(PODS, [...PODS, ...denies(256, ['Ingress'])])).toBeUndefined();
    expect(whole(PODS, [...PODS, ...denies(257, ['Ingress'])])).toBe('many-changes');
    expect(whole([...PODS, ...denies(257, ['Ingress'])], PODS)).toBe('many-changes');
    expect(whole(PODS, [...PODS, ...more(256)])).toBeUndefined();
    expect(whole(PODS, [...PODS, ...more(200), ...denies(57, ['Ingress'])])).toBe('many-changes');
    expect(whole([...PODS, ...denies(57, ['Ingress'])], [...PODS, ...more(200)])).toBe('many-changes');
  });

  it('counted from the last one that was evaluated whole', () => {
    const [first, second, third] = [0, 150, 300].map((count) => modelOf([...PODS, ...more(count)]));
    if (first === undefined || second === undefined || third === undefined) throw new Error('three models');
    const start = evaluate(first.cluster, first.policies);
    const next = reevaluate(start, second.cluster, second.policies);
    expect(next.whole).toBeUndefined();
    expect(reevaluate(next.reachability, third.cluster, third.policies).whole).toBe('many-changes');
    expect(next.reachability.groups().length).toBeGreaterThan(0);
    expect(reevaluate(next.reachability, third.cluster, third.policies).whole).toBeUndefined();
  });

  it('with the objects of the model after the change: tiers, Services, network sets', () => {
    const tier = (order: number): object => calico('Tier', 'platform', { order, defaultAction: 'Pass' });
    const late = gnp('platform.x', {
      tier: 'platform',
      selector: "app == 'z'",
      types: ['Ingress'],
      ingress: [{ action: 'Allow' }],
    });
    const shut = gnp('shut', { selector: "app == 'z'", types: ['Ingress'], ingress: [] });
    const base = [...PODS, late, shut];
    expect(changed([...base, tier(10)], [...base, tier(2_000_000)]).names).toEqual(['cart ingress']);
  });
});
