import { CONTEST_MS, DriftWatch } from '../../../src/controller/writes/drift-watch';
import { ManualClock } from '../manual-clock';

const NOTICED = { object: 'NetworkPolicy/shop/x', what: 'spec.ingress', by: 'argocd' };

function watchWith(repairs: number): { readonly clock: ManualClock; readonly drifts: DriftWatch } {
  const clock = new ManualClock();
  const drifts = new DriftWatch(clock);
  for (let round = 0; round < repairs; round++) {
    drifts.notice('key', NOTICED);
    drifts.written('key', 'write');
    drifts.settled('key');
  }
  return { clock, drifts };
}

describe('what others have changed', () => {
  it('is repaired at once three times, and then after a wait that doubles up to five minutes', () => {
    const { drifts } = watchWith(2);
    drifts.notice('key', NOTICED);
    expect([drifts.waitFor('key'), drifts.contestOf('key')]).toEqual([0, undefined]);
    for (const [repairs, wait] of [
      [3, 2_000],
      [4, 4_000],
      [20, 300_000],
    ] as const) {
      const { drifts: later } = watchWith(repairs);
      later.notice('key', NOTICED);
      expect(later.waitFor('key')).toBe(wait);
      expect(later.contestOf('key')).toContain('argocd changes spec.ingress of NetworkPolicy/shop/x again');
    }
  });

  it('is a contest until a repair has held for ten minutes', async () => {
    const { clock, drifts } = watchWith(3);
    drifts.notice('key', NOTICED);
    drifts.written('key', 'write');
    drifts.settled('key');
    await clock.advance(CONTEST_MS - 1);
    expect([drifts.isContested, drifts.contestOf('key') === undefined]).toEqual([true, false]);
    await clock.advance(1);
    expect([drifts.isContested, drifts.contestOf('key')]).toEqual([false, undefined]);
    drifts.notice('key', NOTICED);
    expect(drifts.waitFor('key')).toBe(0);
  });

  it('is none once it is as it should be, whoever has seen to that', () => {
    const { drifts } = watchWith(0);
    drifts.notice('key', NOTICED);
    drifts.settled('key');
    expect([drifts.hasNoticed('key'), drifts.written('key', 'write')]).toEqual([false, false]);
  });

  it('is told by a write that is due again, unless what was written was not wanted meanwhile', () => {
    const { drifts } = watchWith(0);
    drifts.written('key', 'write');
    expect([drifts.isRepeated('key', 'write'), drifts.isRepeated('key', 'other')]).toEqual([true, false]);
    drifts.forgetWritten('key');
    expect(drifts.isRepeated('key', 'write')).toBe(false);
    drifts.written('key', 'write');
    drifts.clear();
    expect(drifts.isRepeated('key', 'write')).toBe(false);
  });
});
