import { mostPerSecond } from './audit-log';
import { ControlPlane } from './control-plane';
import { FaultProxy, type ProxiedRequest } from './fault-proxy';
import { makeNamespace, sleep, until } from './install';
import { projectClient, type ProjectClient, type ProjectClientOptions } from './project-client';
import { SYSTEM_CLOCK } from '../../src/controller/api/clock';
import { NAMESPACES } from '../../src/controller/api/known-resources';
import { createReflector, type Reflector, type ReflectorProblem } from '../../src/controller/api/reflector';

/** A watch whose line is dead is given up after this long here; 90 s where it counts. */
const WATCH_IDLE_MS = 3_000;

describe('a store that is kept true to a real API server through a bad network', () => {
  let plane: ControlPlane;
  let proxy: FaultProxy;
  let client: ProjectClient;
  let reflector: Reflector<string>;
  let stop: AbortController;
  let running: Promise<void>;
  let problems: ReflectorProblem[];
  let made = 0;

  beforeAll(async () => {
    plane = await ControlPlane.start();
  });
  afterAll(() => plane.stop());

  beforeEach(async () => {
    proxy = await FaultProxy.start(plane);
    await begin({ watchIdleMs: WATCH_IDLE_MS });
  });
  afterEach(async () => {
    await end();
    await proxy.stop();
  });

  async function begin(options: ProjectClientOptions): Promise<void> {
    client = projectClient(plane, { server: proxy.url, ...options });
    stop = new AbortController();
    problems = [];
    reflector = createReflector({
      api: client.api,
      resource: NAMESPACES,
      project: (object) => (object as { metadata: { uid: string } }).metadata.uid,
      onProblem: (problem) => problems.push(problem),
      clock: SYSTEM_CLOCK,
      random: Math.random,
    });
    running = reflector.run(stop.signal);
    await reflector.whenSynced;
    await until(() => proxy.requests.some(({ isWatch }) => isWatch));
  }

  async function end(): Promise<void> {
    stop.abort();
    await running;
    client.close();
  }

  /** Makes a namespace behind the back of the proxy. */
  async function change(): Promise<string> {
    made += 1;
    await makeNamespace(plane.api, `made-${made}`);
    return `made-${made}`;
  }

  async function seesAll(within = 90_000): Promise<void> {
    const names = (await plane.api.list('/api/v1/namespaces')).map(({ metadata }) => metadata.name as string);
    await until(() => names.every((name) => reflector.store.get(name) !== undefined), { within });
    expect([...reflector.store.entries()].map(([name]) => name).sort()).toEqual(names.sort());
  }

  const lists = (requests: readonly ProxiedRequest[]): number =>
    requests.filter(({ isWatch }) => !isWatch).length;

  it('sees a change at once, with one list and one watch', async () => {
    const name = await change();
    await until(() => reflector.store.get(name) !== undefined);
    expect(proxy.requests).toHaveLength(2);
  });

  it('notices a line that has gone dead, and takes up the watch where it was, without a new list', async () => {
    proxy.silenceWatches();
    await change();
    await seesAll();
    expect(lists(proxy.requests)).toBe(1);
  });

  it('does not storm a server that ends every watch at once, and is true again soon after', async () => {
    proxy.fault = ({ isWatch }) => (isWatch ? { endAtOnce: true } : undefined);
    proxy.endWatches();
    await change();
    await sleep(5_000);
    const watches = proxy.requests.filter(({ isWatch }) => isWatch);
    expect(watches.length).toBeGreaterThan(2);
    expect(mostPerSecond(watches)).toBeLessThanOrEqual(5);
    expect(watches.length).toBeLessThan(15);
    proxy.heal();
    await seesAll();
    expect(lists(proxy.requests)).toBe(1);
  });

  it.each([500, 503])('waits longer and longer while the answer is %s', async (code) => {
    proxy.fault = () => ({ answer: code });
    proxy.endWatches();
    await change();
    await sleep(3_000);
    expect(mostPerSecond(proxy.requests)).toBeLessThanOrEqual(7);
    proxy.heal();
    await seesAll();
    expect(problems.length).toBeGreaterThan(0);
  });

  it('waits as long as a server asks with 429', async () => {
    const before = proxy.requests.length;
    proxy.fault = () => ({ answer: 429, retryAfterSeconds: 2 });
    proxy.endWatches();
    await sleep(3_500);
    const asked = proxy.requests.slice(before);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.length).toBeLessThanOrEqual(2);
    proxy.heal();
    await change();
    await seesAll();
  });

  it('lists anew when the server has forgotten the version that it was at', async () => {
    proxy.fault = ({ isWatch }) => (isWatch ? { reset: true } : undefined);
    proxy.breakConnections();
    await change();
    await plane.api
      .delete({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'made-1' } })
      .catch(() => undefined);
    await change();
    await plane.database.compact();
    await plane.killApiServer();
    await plane.startApiServer();
    proxy.heal();
    await seesAll();
    expect(lists(proxy.requests)).toBe(2);
  });

  it('goes on, after a quiet time, from the version of a bookmark and not of the list', async () => {
    await end();
    proxy.requests.length = 0;
    // The server ends a watch after that long, or up to twice as long; five minutes where it counts.
    await begin({ watchIdleMs: 60_000, watchSeconds: 8 });
    const versions = (): number[] =>
      proxy.requests
        .filter(({ isWatch }) => isWatch)
        .map(({ path }) => Number(new URLSearchParams(path.split('?')[1]).get('resourceVersion')));
    const [listed = 0] = versions();
    // Nothing of the kind changes, and much else does.
    for (let at = 0; at < 5; at += 1)
      await plane.api.create({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: `other-${at}`, namespace: 'default' },
      });
    // Somebody else's list has the server ask etcd how far it is; else it would learn that from etcd now and then.
    await plane.api.list('/api/v1/namespaces');
    // A bookmark comes two seconds before the end of a watch (Kubernetes, "Watch bookmarks").
    await until(() => versions().length > 1, { within: 40_000 });
    const [, resumed = 0] = versions();
    expect(resumed).toBeGreaterThan(listed);
    await change();
    await seesAll();
    expect(lists(proxy.requests)).toBe(1);
  });

  it('goes on where it was after the API server was killed and started again', async () => {
    await plane.killApiServer();
    await sleep(1_500);
    await plane.startApiServer();
    await change();
    await seesAll();
    expect(mostPerSecond(proxy.requests)).toBeLessThanOrEqual(5);
  });

  it('takes a server that needs 2 seconds for every answer as it is', async () => {
    proxy.fault = () => ({ delayMilliseconds: 2_000 });
    proxy.endWatches();
    await change();
    await seesAll();
    expect(problems).toEqual([]);
  });
});
