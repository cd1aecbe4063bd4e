import { ControlPlane } from './control-plane';
import { FaultProxy } from './fault-proxy';
import { installCrds, until } from './install';
import { RunningController } from './running-controller';
import { Scene } from './scene';

/** More writes than a change of state takes: the test fails rather than to leave one out. */
const MOST_WRITES = 60;

describe('a controller that is killed after any of its writes', () => {
  let plane: ControlPlane;
  let scene: Scene;
  const ending: Promise<void>[] = [];

  beforeAll(async () => {
    plane = await ControlPlane.start();
    await installCrds(plane.api);
    scene = new Scene(plane);
    await scene.create();
  });
  afterAll(async () => {
    await Promise.all(ending);
    await plane.stop();
  });

  /**
   * Declares a state, kills the controller when the server has done its write of that number, and lets another one
   * finish. To the cluster, a process without a connection is a dead one.
   *
   * @returns whether there was a write of that number
   */
  async function crash(state: 'before' | 'after', number: number): Promise<boolean> {
    const proxy = await FaultProxy.start(plane);
    const dying = await RunningController.start(plane, { server: proxy.url });
    await dying.controller.whenIdle();
    let count = 0;
    let dead = false;
    proxy.afterWrite = () => {
      count += 1;
      if (count < number || dead) return;
      dead = true;
      proxy.fault = () => ({ reset: true });
      proxy.breakConnections();
    };
    const guard = await scene.watchOver();
    await scene.declare(state);
    const done = scene.converges(state).then(
      () => dying.controller.whenIdle(),
      () => undefined,
    );
    await Promise.race([done, until(() => dead)]);
    ending.push(dying.stop());
    if (!dead) await proxy.stop();
    const next = await RunningController.start(plane);
    await scene.converges(state);
    await next.controller.whenIdle();
    await next.stop();
    if (dead) await proxy.stop();
    expect([number, state, guard.violations()]).toEqual([number, state, []]);
    return dead;
  }

  it('leaves what the next one finishes, and nothing missing in between', async () => {
    let number = 1;
    while ((await crash('after', number)) && (await crash('before', number))) {
      number += 1;
      expect(number).toBeLessThan(MOST_WRITES);
    }
    expect(number).toBeGreaterThan(5);
  }, 600_000);
});
