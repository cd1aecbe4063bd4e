import fc from 'fast-check';
import { BackOff } from '../../../src/controller/api/back-off';
import { sleep } from '../../../src/controller/api/clock';
import { LineSplitter } from '../../../src/controller/api/json-lines';
import { Slots } from '../../../src/controller/api/slots';
import { TokenBucket } from '../../../src/controller/api/token-bucket';
import { ManualClock, settle } from '../manual-clock';

describe('a token bucket', () => {
  it('lets a burst through at once and the rest at its rate, in their order', async () => {
    const clock = new ManualClock();
    const bucket = new TokenBucket({ perSecond: 10, burst: 3 }, clock);
    const through: [number, number][] = [];
    for (let index = 0; index < 6; index++) {
      void bucket.take().then(() => through.push([index, clock.now()]));
    }
    await clock.advance(1_000);
    expect(through).toEqual([
      [0, 0],
      [1, 0],
      [2, 0],
      [3, 100],
      [4, 200],
      [5, 300],
    ]);
  });

  it('saves up no more than a burst', async () => {
    const clock = new ManualClock();
    const bucket = new TokenBucket({ perSecond: 10, burst: 2 }, clock);
    await clock.advance(60_000);
    const through: number[] = [];
    for (let index = 0; index < 4; index++) void bucket.take().then(() => through.push(clock.now() - 60_000));
    await clock.advance(1_000);
    expect(through).toEqual([0, 0, 100, 200]);
  });

  it('gives back what a caller who left had taken', async () => {
    const clock = new ManualClock();
    const bucket = new TokenBucket({ perSecond: 10, burst: 1 }, clock);
    await bucket.take();
    const left = new AbortController();
    const leaving = bucket.take(left.signal);
    left.abort();
    await leaving;
    let at = -1;
    void bucket.take().then(() => (at = clock.now()));
    await clock.advance(1_000);
    expect(at).toBe(100);
  });
});

describe('a back-off', () => {
  it('doubles up to the most, spread over half of each wait', () => {
    const limits = { first: 100, most: 1_000, wellAfter: 5_000 };
    const least = new BackOff(limits, new ManualClock(), () => 0);
    expect([1, 2, 3, 4, 5, 6].map(() => least.next())).toEqual([50, 100, 200, 400, 500, 500]);
    const most = new BackOff(limits, new ManualClock(), () => 0.999);
    expect([1, 2, 3, 4, 5].map(() => Math.round(most.next()))).toEqual([100, 200, 400, 800, 1000]);
  });

  it('begins again after something that went well for a while, and when told to', async () => {
    const clock = new ManualClock();
    const backOff = new BackOff({ first: 100, most: 1_000, wellAfter: 5_000 }, clock, () => 0);
    backOff.next();
    backOff.start();
    await clock.advance(4_999);
    expect(backOff.next()).toBe(100);
    backOff.start();
    await clock.advance(5_000);
    expect(backOff.next()).toBe(50);
    backOff.reset();
    expect(backOff.next()).toBe(50);
  });

  it('waits at least what the other side asked for, and spreads that too', () => {
    const backOff = new BackOff({ first: 100, most: 1_000, wellAfter: 5_000 }, new ManualClock(), () => 0.5);
    expect(backOff.next(3_000)).toBe(3_025);
  });

  it('stays finite however often it is asked', () => {
    const backOff = new BackOff({ first: 100, most: 1_000, wellAfter: 5_000 }, new ManualClock(), () => 0);
    for (let round = 0; round < 5_000; round++) expect(backOff.next()).toBeLessThanOrEqual(1_000);
  });
});

describe('slots', () => {
  it('let so many in at a time, the others in their order, and a failure frees its place', async () => {
    const slots = new Slots(2);
    const running = new Set<number>();
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    const work = [0, 1, 2, 3].map((index) =>
      slots
        .run(async () => {
          running.add(index);
          begun.push(index);
          await new Promise<void>((resolve) => (ends[index] = resolve));
          running.delete(index);
          if (index === 0) throw new Error('failed');
        })
        .catch(() => undefined),
    );
    await settle();
    expect([...running]).toEqual([0, 1]);
    ends[0]!();
    await settle();
    expect([...running]).toEqual([1, 2]);
    ends[1]!();
    ends[2]!();
    await settle();
    ends[3]!();
    await Promise.all(work);
    expect(begun).toEqual([0, 1, 2, 3]);
  });
});

describe('sleep', () => {
  it('ends at once, and leaves no timer, when it is told to stop', async () => {
    const clock = new ManualClock();
    const stop = new AbortController();
    const sleeping = sleep(clock, 1_000, stop.signal);
    stop.abort();
    await sleeping;
    await sleep(clock, 1_000, stop.signal);
    expect(clock.waiting).toBe(0);
  });
});

describe('a line splitter', () => {
  it('gives the same lines however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', minLength: 1 }).map((text) => JSON.stringify(text))),
        fc.array(fc.nat(40)),
        (texts, cuts) => {
          const lines: string[] = [];
          const splitter = new LineSplitter((line) => lines.push(line));
          let rest = Buffer.from(texts.map((text) => `${text}\n`).join(''));
          for (const cut of cuts) {
            splitter.write(rest.subarray(0, cut));
            rest = rest.subarray(cut);
          }
          splitter.write(rest);
          expect(lines).toEqual(texts);
        },
      ),
    );
  });

  it('takes a line without an end for something else', () => {
    const splitter = new LineSplitter(() => undefined, 100);
    splitter.write(Buffer.alloc(100, 'a'));
    expect(() => {
      splitter.write(Buffer.from('b'));
    }).toThrow('longer than 100 bytes');
  });
});
