import { mostPerSecond } from './audit-log';
import { ControlPlane } from './control-plane';
import { FaultProxy, type ProxiedRequest } from './fault-proxy';
import { installCrds, sleep, until } from './install';
import { RunningController, type RunningOptions } from './running-controller';
import { Scene } from './scene';
import { SYSTEM_CLOCK } from '../../src/controller/api/clock';

/** What a change of state may cost, in requests: about twice what it does cost, so that a storm of any kind is found. */
interface Cost {
  /** The most in one second: after a cut all 17 kinds are watched again, or listed. */
  readonly perSecond: number;
  readonly requests: number;
}

/** Of nothing but the writes: there are 19, Events among them. */
const WRITES_ONLY: Cost = { perSecond: 45, requests: 45 };
/** Watches are begun anew, again and again for a few seconds. */
const WATCHES_ANEW: Cost = { perSecond: 95, requests: 220 };

describe('the controller when things go wrong between it and a real API server', () => {
  let plane: ControlPlane;
  let proxy: FaultProxy;
  let scene: Scene;
  let running: RunningController;

  beforeAll(async () => {
    plane = await ControlPlane.start();
    await installCrds(plane.api);
    scene = new Scene(plane);
    await scene.create();
  });
  afterAll(() => plane.stop());

  async function begin(options: RunningOptions = {}): Promise<void> {
    proxy = await FaultProxy.start(plane);
    running = await RunningController.start(plane, { server: proxy.url, ...options });
    await scene.declare('before');
    await scene.converges('before');
    await running.controller.whenIdle();
    proxy.requests.length = 0;
  }

  afterEach(async () => {
    proxy.heal();
    await running.stop();
    await proxy.stop();
  });

  /** Changes the state while `during` happens, and holds what must hold. */
  async function change(during: () => Promise<void>, most = WATCHES_ANEW): Promise<void> {
    const guard = await scene.watchOver();
    await scene.declare('after');
    await during();
    proxy.heal();
    await scene.converges('after');
    expect(guard.violations()).toEqual([]);
    await costs(most);
  }

  /** Looks at the requests until the controller has nothing more to do. */
  async function costs({ perSecond, requests }: Cost): Promise<void> {
    await running.controller.whenIdle();
    expect(mostPerSecond(proxy.requests)).toBeLessThanOrEqual(perSecond);
    expect(proxy.requests.length).toBeLessThanOrEqual(requests);
  }

  /** The requests that change something, in order. */
  const writes = (): ProxiedRequest[] => proxy.requests.filter(({ isWrite }) => isWrite);

  it('changes from one state to the other without a gap when nothing goes wrong', async () => {
    await begin();
    await change(() => Promise.resolve(), WRITES_ONLY);
  });

  it('goes on after the API server was killed in the middle of its writes, and started again', async () => {
    await begin();
    let killed: Promise<void> | undefined;
    let done = 0;
    proxy.afterWrite = () => {
      done += 1;
      if (done === 3) killed = plane.killApiServer();
    };
    const guard = await scene.watchOver();
    await scene.declare('after').catch(() => undefined);
    await until(() => killed !== undefined);
    await killed;
    await sleep(1_000);
    await plane.startApiServer();
    proxy.heal();
    await scene.declare('after');
    await scene.converges('after');
    expect(guard.violations()).toEqual([]);
    await costs({ perSecond: 140, requests: 230 });
  });

  it('lists anew when the server has forgotten the version that it was at (410)', async () => {
    await begin();
    proxy.fault = ({ isWatch }) => (isWatch ? { reset: true } : undefined);
    proxy.breakConnections();
    await change(async () => {
      await plane.database.compact();
      await plane.killApiServer();
      await plane.startApiServer();
    });
  });

  it('tries again after conflicts (409)', async () => {
    await begin();
    const refused = new Map<string, number>();
    proxy.fault = ({ isWrite, path }) => {
      const times = refused.get(path) ?? 0;
      refused.set(path, times + 1);
      return isWrite && times < 2 ? { answer: 409 } : undefined;
    };
    // Each of the writes three times, and an Event of each that fails twice.
    await change(() => sleep(2_000), { perSecond: 120, requests: 130 });
  });

  it('waits as long as the server asks (429 with Retry-After)', async () => {
    await begin();
    proxy.fault = () => ({ answer: 429, retryAfterSeconds: 1 });
    await change(async () => {
      await sleep(3_000);
      // Each write that is due at once asks when its wait is over, and not before.
      expect(writes().length).toBeLessThanOrEqual(
        4 * Math.max(1, new Set(writes().map(({ path }) => path)).size),
      );
    });
  });

  it.each([500, 503])('waits longer and longer while the answer is %s', async (code) => {
    await begin();
    proxy.fault = () => ({ answer: code });
    proxy.endWatches();
    await change(() => sleep(4_000));
  });

  it('notices watches that have gone dead', async () => {
    await begin();
    proxy.silenceWatches();
    await change(() => Promise.resolve(), { perSecond: 70, requests: 80 });
  });

  it('does not storm a server that ends every watch at once', async () => {
    await begin();
    proxy.fault = ({ isWatch }) => (isWatch ? { endAtOnce: true } : undefined);
    proxy.endWatches();
    await change(() => sleep(4_000));
  });

  it('takes a server that needs 2 seconds for every answer as it is', async () => {
    await begin({ watchIdleMs: 10_000 });
    proxy.fault = () => ({ delayMilliseconds: 2_000 });
    const guard = await scene.watchOver();
    await scene.declare('after');
    await scene.converges('after');
    expect(guard.violations()).toEqual([]);
    await costs(WRITES_ONLY);
  });

  it('does again what it got no answer to, and nothing twice that shows', async () => {
    await begin();
    const lost = new Set<string>();
    proxy.fault = ({ isWrite, path }) => {
      if (!isWrite || lost.has(path)) return undefined;
      lost.add(path);
      return { loseAnswer: true };
    };
    await change(() => sleep(1_000), { perSecond: 60, requests: 60 });
    expect(lost.size).toBeGreaterThan(3);
  });

  it.each([
    // That policy is new, so its deletion is none of what both states want.
    ['deleted', 'DELETE', undefined, undefined],
    [
      'opened',
      'PATCH',
      { spec: { ingress: [{}] } },
      /ledger-from-shop was, for a moment, what no state wants/,
    ],
  ] as const)(
    'mends a policy that was %s before its write is answered, though the watch has told of that first',
    async (_, method, body, brought) => {
      await begin();
      let changed: Promise<unknown> | undefined;
      proxy.afterWrite = async ({ path }) => {
        const [policy] = /^\/apis\/networking[^?]*\/svc-access-to-ledger-from-shop/.exec(path) ?? [];
        if (changed !== undefined || policy === undefined) return;
        changed = plane.api.send(method, policy, body, 'application/merge-patch+json');
        await changed;
        await sleep(500);
      };
      const guard = await scene.watchOver();
      await scene.declare('after');
      await until(() => changed !== undefined);
      await sleep(1_000);
      await scene.converges('after');
      await costs(WRITES_ONLY);
      // What the person did is the one thing that no state wants.
      expect(guard.violations()).toEqual(brought === undefined ? [] : [expect.stringMatching(brought)]);
    },
  );

  it('does not mind a clock that jumps, forward or back', async () => {
    let wall = 0;
    await begin({ clock: { ...SYSTEM_CLOCK, wallTime: () => new Date(Date.now() + wall) } });
    wall = 24 * 3_600_000;
    await change(() => Promise.resolve(), WRITES_ONLY);
    wall = -24 * 3_600_000;
    await scene.declare('before');
    await scene.converges('before');
    await costs({ perSecond: 80, requests: 80 });
  });

  it('survives connections that are cut all the time', async () => {
    await begin();
    const cutting = setInterval(() => {
      proxy.breakConnections();
    }, 150);
    await change(async () => {
      await sleep(4_000);
      clearInterval(cutting);
    });
  });
});
