import { mostPerSecond, type AuditedRequest } from './audit-log';
import { ControlPlane } from './control-plane';
import { FaultProxy } from './fault-proxy';
import { installCrds, makeNamespace, until } from './install';
import { install } from './installation';
import { Replica } from './replica';
import { Scene } from './scene';

jest.setTimeout(600_000);

/** Which of the writes of a change of state is the last; a change has about twenty. Each takes two processes. */
const WRITES = [1, 2, 3, 5, 8, 13];

/**
 * About twice what the two processes ask for together: the second discovers, lists and watches 17 kinds, and both write what
 * the change takes.
 */
const MOST_PER_SECOND = 120;
const MOST_REQUESTS = 230;

describe('the process of a controller that gets SIGKILL just after one of its writes', () => {
  let plane: ControlPlane;
  let scene: Scene;
  let args: string[];
  let token: string;
  const replicas: Replica[] = [];

  beforeAll(async () => {
    plane = await ControlPlane.start();
    await installCrds(plane.api);
    await makeNamespace(plane.api, 'intents');
    ({ args } = await install(plane, { conversion: false }));
    token = await plane.serviceAccountToken('intents', 'intents-controller');
    scene = new Scene(plane);
    await scene.create();
  });
  afterAll(async () => {
    await Promise.all(replicas.map((replica) => replica.end('SIGKILL')));
    await plane.stop();
  });

  /** Without an election, as there is one at a time: else each would wait for the lease of the dead. */
  async function start(server?: string): Promise<Replica> {
    const replica = await Replica.start([...args, '--no-leader-elect'], plane.kubeconfig(token, server));
    replicas.push(replica);
    await replica.ready();
    return replica;
  }

  /** Declares a state and kills the process when the server has done its write of that number. Returns how it ended. */
  async function killAt(state: 'before' | 'after', number: number): Promise<unknown> {
    const proxy = await FaultProxy.start(plane);
    const dying = await start(proxy.url);
    let count = 0;
    let ended: Promise<unknown> | undefined;
    // The answer waits for this, so it never arrives.
    proxy.afterWrite = async () => {
      count += 1;
      if (count === number) await (ended = dying.end('SIGKILL'));
    };
    await scene.declare(state);
    await until(() => ended !== undefined, { what: `a write ${number}; said ${dying.log.slice(-2000)}` });
    const signal = await ended;
    await proxy.stop();
    return signal;
  }

  const requestsSince = (begun: number): AuditedRequest[] =>
    plane.requests().filter(({ userAgent, at }) => userAgent.endsWith('/controller') && at >= begun);

  it('leaves what the next process finishes, to the byte, and nothing missing in between', async () => {
    const first = await start();
    await scene.converges('before');
    await first.end('SIGTERM');
    for (const [index, number] of WRITES.entries()) {
      const state = index % 2 === 0 ? 'after' : 'before';
      const guard = await scene.watchOver();
      const begun = Date.now();
      expect(await killAt(state, number)).toBe('SIGKILL');
      const next = await start();
      await scene.converges(state);
      expect([await next.end('SIGTERM'), number, guard.violations()]).toEqual([0, number, []]);
      const asked = requestsSince(begun);
      expect(mostPerSecond(asked)).toBeLessThanOrEqual(MOST_PER_SECOND);
      expect(asked.length).toBeLessThanOrEqual(MOST_REQUESTS);
    }
  });

  it('is followed by another that waits for the lease of the dead, and no longer', async () => {
    const guard = await scene.watchOver();
    const proxy = await FaultProxy.start(plane);
    const dying = await Replica.start(args, plane.kubeconfig(token, proxy.url));
    const next = await Replica.start(args, plane.kubeconfig(token));
    replicas.push(dying, next);
    await Promise.all([dying.ready(), next.ready()]);
    const leads = async (replica: Replica): Promise<boolean> => (await replica.metric('leader')) === 1;
    await until(async () => (await leads(dying)) || (await leads(next)), { every: 200 });
    const [leader, other] = (await leads(dying)) ? [dying, next] : [next, dying];
    const begun = Date.now();
    await scene.declare('after');
    const writes = (): boolean =>
      plane
        .requests()
        .some(
          ({ userAgent, verb, at }) => userAgent.endsWith('/controller') && verb === 'patch' && at >= begun,
        );
    await until(writes);
    await leader.end('SIGKILL');
    await until(() => leads(other), { every: 200, within: 60_000 });
    await scene.converges('after');
    expect(mostPerSecond(requestsSince(begun))).toBeLessThanOrEqual(MOST_PER_SECOND);
    await other.end('SIGTERM');
    await proxy.stop();
    expect(guard.violations()).toEqual([]);
  });
});
