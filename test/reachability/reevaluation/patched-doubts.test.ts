import { evaluate } from '../../../src/reachability/evaluate';
import type { ReachabilityOptions } from '../../../src/reachability/reachability';
import { reevaluate } from '../../../src/reachability/reevaluation/reevaluate';
import { cidrs } from '../world';
import { modelOf } from './changed-model';
import { hostPod, placedPod, pod } from './objects';
import { BASE, TOGGLED } from './toggled';

const OPTIONS: readonly ReachabilityOptions[] = [
  { cni: 'calico' },
  { cni: 'calico', podCidrs: cidrs('10.1.0.0/20') },
  { cni: 'kubernetes', podCidrs: cidrs('10.1.0.0/16', 'fd00::/64'), nodeCidrs: cidrs('10.1.0.0/24') },
];

/** The findings of one model on top of another, next to those from scratch. */
function findings(
  before: readonly object[],
  after: readonly object[],
  options: ReachabilityOptions,
): unknown[] {
  const [was, now] = [modelOf(before), modelOf(after)];
  const earlier = evaluate(was.cluster, was.policies, options);
  return [
    reevaluate(earlier, now.cluster, now.policies).reachability.findings,
    evaluate(now.cluster, now.policies, options).findings,
  ];
}

const NAMES = Object.keys(TOGGLED);

describe('what is open after a change is what is open from scratch', () => {
  it.each(NAMES)('when anything comes or goes beside %s', (name) => {
    const beside = [...BASE, TOGGLED[name] ?? {}];
    for (const other of NAMES.filter((one) => one !== name)) {
      const all = [...beside, TOGGLED[other] ?? {}];
      for (const options of OPTIONS) {
        for (const [before, after] of [
          [beside, all],
          [all, beside],
        ] as const) {
          const [found, expected] = findings(before, after, options);
          expect([other, found]).toEqual([other, expected]);
        }
      }
    }
  });

  it('when the first pod of an address that nobody knows comes, or the last one goes', () => {
    const placed = [placedPod('web', { app: 'a' }, '10.1.0.7'), TOGGLED['a policy with blocks'] ?? {}];
    for (const options of [{}, ...OPTIONS]) {
      for (const [before, after] of [
        [placed, [...placed, pod('new', { app: 'n' })]],
        [[...placed, pod('new', { app: 'n' })], placed],
      ] as const) {
        const [found, expected] = findings(before, after, options);
        expect(found).toEqual(expected);
      }
    }
  });

  it('when workloads of several kinds come or go together', () => {
    const blocks = [...BASE, TOGGLED['a policy with blocks'] ?? {}];
    const more = [...blocks, pod('new', { app: 'n' }), hostPod('agent', { app: 'z' })];
    const placed = [...blocks, pod('new', { app: 'n' }), placedPod('far', { app: 'a' }, '10.1.0.7')];
    for (const options of [{}, ...OPTIONS]) {
      for (const [before, after] of [
        [blocks, more],
        [more, blocks],
        [blocks, placed],
        [placed, blocks],
      ] as const) {
        const [found, expected] = findings(before, after, options);
        expect(found).toEqual(expected);
      }
    }
  });
});
