import { SYSTEM_CLOCK } from '../../../src/controller/api/clock';
import { WorkQueue, type WorkResult } from '../../../src/controller/writes/work-queue';

function queueOf(work: (key: string) => Promise<WorkResult>, concurrency = 2): WorkQueue {
  const queue = new WorkQueue({
    work,
    onFailure: () => undefined,
    concurrency,
    clock: SYSTEM_CLOCK,
    random: () => 0,
  });
  queue.open();
  return queue;
}

const done: WorkResult = { type: 'done' };

describe('the queue of work', () => {
  it('works on a key once at a time, and again when it was added meanwhile', async () => {
    let [running, most, runs] = [0, 0, 0];
    const queue = queueOf(async () => {
      runs++;
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running--;
      return done;
    });
    queue.add('a');
    queue.add('a');
    queue.add('a');
    await queue.whenIdle();
    expect([most, runs]).toEqual([1, 2]);
  });

  it('waits after a failure although the key was seen meanwhile, unless there is new reason to believe in it', async () => {
    for (const [fresh, expected] of [
      [false, 1],
      [true, 2],
    ] as const) {
      let runs = 0;
      const queue = queueOf(async () => {
        runs++;
        if (runs === 1) queue.add('a', { fresh });
        await Promise.resolve();
        throw new Error('refused');
      });
      queue.add('a');
      await queue.whenIdle();
      expect([fresh, runs]).toEqual([fresh, expected]);
      await queue.close();
      queue.clear();
    }
  });

  it('works on no more keys at once than it may', async () => {
    let [running, most] = [0, 0];
    const queue = queueOf(async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running--;
      return done;
    }, 3);
    queue.addAll(Array.from({ length: 20 }, (_, at) => String(at)));
    await queue.whenIdle();
    expect(most).toBe(3);
  });

  it('works on lower ranks first, on so many keys of a rank as its limit says, and again where more is to be done', async () => {
    const order: string[] = [];
    let [running, most, parts] = [0, 0, 0];
    const queue = new WorkQueue({
      work: async (key) => {
        order.push(key);
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 1));
        running--;
        return key === 'b2' && ++parts < 3 ? { type: 'more' } : done;
      },
      onFailure: () => undefined,
      concurrency: 3,
      rankOf: (key) => (key.startsWith('a') ? 0 : 1),
      limits: [undefined, 1],
      clock: SYSTEM_CLOCK,
      random: () => 0,
    });
    queue.addAll(['b1', 'b2', 'a1']);
    queue.open();
    await queue.whenIdle();
    expect(order).toEqual(['a1', 'b1', 'b2', 'b2', 'b2']);
    expect(most).toBe(2);
  });

  it('goes on with what waits once that is done which it waits on', async () => {
    const order: string[] = [];
    let isDone = false;
    const queue = queueOf(async (key) => {
      await Promise.resolve();
      if (key === 'policy' && !isDone) return { type: 'waits', on: 'pod' };
      if (key === 'pod') isDone = true;
      order.push(key);
      return done;
    });
    queue.addAll(['policy', 'pod']);
    await queue.whenIdle();
    expect(order).toEqual(['pod', 'policy']);
  });

  it('is idle while all that is left waits on a failure, and tries that again later', async () => {
    let tries = 0;
    const queue = queueOf(async (key) => {
      await Promise.resolve();
      if (key === 'status') return tries > 1 ? done : { type: 'waits', on: 'policy' };
      if (++tries === 1) throw new Error('refused');
      return done;
    });
    queue.addAll(['status', 'policy']);
    await queue.whenIdle();
    expect([tries, queue.isUnsettled('status'), queue.has('status'), queue.depth]).toEqual([
      1,
      false,
      true,
      2,
    ]);
    while (queue.depth > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(tries).toBe(2);
  });

  it('does not run in circles for what waits on nothing that anybody works on', async () => {
    let runs = 0;
    const queue = queueOf(async () => {
      await Promise.resolve();
      runs++;
      return { type: 'waits', on: 'nobody' };
    });
    queue.add('a');
    await queue.whenIdle();
    expect(runs).toBe(2);
    queue.clear();
  });

  it('begins nothing after it is closed, and closes when what runs is done', async () => {
    const order: string[] = [];
    const queue = queueOf(async (key) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      order.push(key);
      return done;
    }, 1);
    queue.addAll(['a', 'b']);
    await queue.close();
    expect(order).toEqual(['a']);
  });

  it('leaves nobody waiting in a circle: it looks again, and then goes on without', async () => {
    const looks: Record<string, number> = {};
    const queue: WorkQueue = queueOf(async (key) => {
      looks[key] = (looks[key] ?? 0) + 1;
      await new Promise((resolve) => setTimeout(resolve, 1));
      const on = key === 'a' ? 'b' : 'a';
      // Whoever would close the circle is told of it when he looks again.
      const isCircle = (looks[key] ?? 0) > 1 && queue.waitsFor(on, key);
      return isCircle || !queue.has(on) ? done : { type: 'waits', on };
    });
    queue.addAll(['a', 'b']);
    await queue.whenIdle();
    expect(queue.depth).toBe(0);
    expect(Object.values(looks).every((count) => count < 5)).toBe(true);
  });

  it('follows a chain of waiting to its end, however long', async () => {
    let finish: () => void = () => undefined;
    const queue: WorkQueue = queueOf(async (key) => {
      if (key === '0') await new Promise<void>((resolve) => (finish = resolve));
      else if (queue.has(String(Number(key) - 1))) return { type: 'waits', on: String(Number(key) - 1) };
      return done;
    });
    queue.addAll(Array.from({ length: 100 }, (_, at) => String(at)));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([queue.isUnsettled('99'), queue.waitsFor('99', '0')]).toEqual([true, true]);
    finish();
    await queue.whenIdle();
    expect(queue.isUnsettled('99')).toBe(false);
  });

  it('takes work whose failure may pass for unsettled at first, and for settled when it goes on failing', async () => {
    let failures = 0;
    const seen: boolean[] = [];
    const queue: WorkQueue = new WorkQueue({
      work: async () => {
        await Promise.resolve();
        throw new Error('not now');
      },
      mayPass: () => true,
      onFailure: () => {
        seen.push(queue.isUnsettled('a'));
        failures++;
      },
      concurrency: 1,
      clock: { ...SYSTEM_CLOCK, timer: (_, run) => SYSTEM_CLOCK.timer(1, run) },
      random: () => 0,
    });
    queue.open();
    queue.add('a');
    while (failures < 5) await new Promise((resolve) => setTimeout(resolve, 1));
    // While it fails it is still running, so what is left afterwards is what counts.
    await new Promise((resolve) => setImmediate(resolve));
    await queue.close();
    expect(seen).toHaveLength(failures);
    expect(queue.isUnsettled('a')).toBe(false);
    queue.clear();
  });

  it('looks at what waits for something that waits only when that is done, not whenever it looks itself', async () => {
    const looks: Record<string, number> = {};
    const queue: WorkQueue = queueOf(async (key) => {
      const times = (looks[key] ?? 0) + 1;
      looks[key] = times;
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (key === 'c' && queue.has('b')) return { type: 'waits', on: 'b' };
      if (key !== 'b' || times > 4) return done;
      queue.add(`a${times}`);
      return { type: 'waits', on: `a${times}` };
    });
    queue.addAll(['c', 'b']);
    await queue.whenIdle();
    expect(queue.depth).toBe(0);
    expect(looks['b']).toBe(5);
    expect(looks['c']).toBe(2);
  });

  it('goes on with what waits for something that waits for a failure', async () => {
    const order: string[] = [];
    let tries = 0;
    let triesThen: number | undefined;
    const queue: WorkQueue = queueOf(async (key) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (key === 'a') {
        tries++;
        throw new Error('refused');
      }
      const on = key === 'b' ? 'a' : 'b';
      if (key === 'b' || queue.isUnsettled(on)) return { type: 'waits', on };
      order.push(key);
      triesThen ??= tries;
      return done;
    });
    queue.addAll(['c', 'b', 'a']);
    // However long that takes on a busy machine: it is the next try of `a` that must not be waited for.
    while (order.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(order).toEqual(['c']);
    expect(triesThen).toBe(1);
    await queue.close();
    queue.clear();
  });
});
