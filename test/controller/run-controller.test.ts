import { FakeLease, replicasClock } from './leader-election/fake-cluster';
import type { ManualClock } from './manual-clock';
import { ApiError } from '../../src/controller/api/api-error';
import type { KubernetesApi } from '../../src/controller/api/kubernetes-api';
import { LEASES, PODS } from '../../src/controller/api/known-resources';
import { ControllerMetrics } from '../../src/controller/operation/metrics';
import { runController, type RunnableController } from '../../src/controller/run-controller';
import { LeaseConflict } from '../../src/controller/leader-election/lease-store';
import { sleep } from '../../src/controller/api/clock';

class FakeController implements RunnableController {
  readonly did: string[] = [];
  /** Writes that are on their way. */
  writing: Promise<unknown> = Promise.resolve();
  isSynced = false;
  readonly unseen: readonly string[] = [];
  private tell: () => void = () => undefined;
  readonly whenSynced = new Promise<void>((resolve) => (this.tell = resolve));

  constructor(
    readonly api: KubernetesApi,
    private readonly clock: ManualClock,
    private readonly drain: number,
  ) {}

  start(): void {
    this.did.push('start');
  }

  sync(): void {
    this.isSynced = true;
    this.tell();
  }

  lead(): void {
    this.did.push('lead');
  }

  async yield(): Promise<void> {
    this.did.push('yield');
    await sleep(this.clock, this.drain);
    await this.writing.catch(() => this.did.push('broken off'));
    this.did.push('yielded');
  }

  stop(): Promise<void> {
    this.did.push('stop');
    return Promise.resolve();
  }
}

/** The API server as far as Leases and writes of pods go. */
function fakeApi(lease: FakeLease): {
  api: KubernetesApi;
  wrote: string[];
  link: { down: boolean; hangs: boolean };
} {
  const wrote: string[] = [];
  const link = { down: false, hangs: false };
  const store = lease.store();
  const signalOf = (words: readonly unknown[]): AbortSignal =>
    (words.at(-1) as { signal?: AbortSignal }).signal ?? new AbortController().signal;
  const asApiError = (error: unknown): never => {
    if (error instanceof LeaseConflict)
      throw new ApiError({ status: 409, reason: 'Conflict', message: error.message });
    throw error as Error;
  };
  const api = new Proxy(
    {},
    {
      get:
        (_, verb) =>
        async (...words: any[]) => {
          const resource = words[0]?.resource ?? words[0];
          if (link.down) throw new Error('connect ECONNREFUSED');
          const signal = signalOf(words);
          if (resource !== LEASES && link.hangs)
            return new Promise((_resolve, reject) => {
              signal.addEventListener('abort', () => {
                reject(new Error('aborted'));
              });
            });
          if (resource !== LEASES) return wrote.push(String(verb));
          if (verb === 'get') return (await store.read(signal))?.manifest;
          const write = verb === 'create' ? store.create : store.update;
          return write(words[1], signal).then(({ manifest }) => manifest, asApiError);
        },
    },
  ) as KubernetesApi;
  return { api, wrote, link };
}

function replica(
  name: string,
  clock: ManualClock,
  lease: FakeLease,
  { elect = true, drain = 0, leaseApi }: { elect?: boolean; drain?: number; leaseApi?: KubernetesApi } = {},
) {
  const { api, wrote, link } = fakeApi(lease);
  const controllers: FakeController[] = [];
  const stop = new AbortController();
  const said: string[] = [];
  const failures: Error[] = [];
  const say = (_: object, message: string): void => void said.push(message);
  const metrics = new ControllerMetrics({ processMetrics: false });
  const ended = runController(
    {
      api,
      makeController: (guarded) => {
        const failure = failures.shift();
        if (failure !== undefined) return Promise.reject(failure);
        controllers.push(new FakeController(guarded, clock, drain));
        return Promise.resolve(controllers.at(-1)!);
      },
      clock,
      random: () => 0.5,
      log: { debug: say, info: say, warn: say, error: say },
      metrics,
      instance: name,
      ...(elect ? { lease: { namespace: 'intents', name: 'intents-controller' } } : {}),
      ...(leaseApi === undefined ? {} : { leaseApi }),
    },
    stop.signal,
  );
  const value = async (metric: string): Promise<string | undefined> =>
    new RegExp(`^intents_controller_${metric} (\\S+)$`, 'm').exec(await metrics.print())?.[1];
  return { api, wrote, link, controllers, stop, said, failures, ended, value };
}

describe('a replica', () => {
  it('watches, leads, and in the end finishes its writes before it gives the lease back', async () => {
    const [clock, lease] = [replicasClock(), new FakeLease()];
    const a = replica('a', clock, lease, { drain: 3_000 });
    await clock.advance(100);
    const [controller] = a.controllers;
    expect(controller?.did).toEqual(['start', 'lead']);
    expect(await a.value('leader')).toBe('1');
    expect(await a.value('synced')).toBe('0');
    controller?.sync();
    await clock.advance(0);
    expect(await a.value('synced')).toBe('1');
    a.stop.abort();
    await clock.advance(2_900);
    expect(controller?.did).toEqual(['start', 'lead', 'yield']);
    expect(lease.holder).toBe('a');
    await clock.advance(200);
    await a.ended;
    expect(controller?.did).toEqual(['start', 'lead', 'yield', 'yielded', 'stop']);
    expect([lease.holder, await a.value('leader')]).toEqual(['', '0']);
    expect(a.said).toContain('has given the lease back');
  });

  it.each([true, false])(
    'breaks off writes that hang at the end, in time to give the lease back (election: %s)',
    async (elect) => {
      const [clock, lease] = [replicasClock(), new FakeLease()];
      const a = replica('a', clock, lease, { elect });
      await clock.advance(100);
      const [controller] = a.controllers;
      a.link.hangs = true;
      controller!.writing = controller!.api.apply(PODS, { metadata: { name: 'p', namespace: 'n' } });
      a.stop.abort();
      await clock.advance(9_900);
      expect([controller?.did.at(-1), lease.holder]).toEqual(['yield', elect ? 'a' : '']);
      await clock.advance(200);
      await a.ended;
      expect(controller?.did.slice(-4)).toEqual(['yield', 'broken off', 'yielded', 'stop']);
      expect(lease.holder).toBe('');
      expect(a.said).toContain('breaks off writes that are still on their way');
    },
  );

  it('writes only while it leads, whatever its controller does', async () => {
    const [clock, lease] = [replicasClock(), new FakeLease()];
    const a = replica('a', clock, lease);
    await clock.advance(100);
    const b = replica('b', clock, lease);
    await clock.advance(5_000);
    const pod = { metadata: { name: 'p', namespace: 'n' } };
    await a.controllers[0]?.api.apply(PODS, pod);
    await expect(b.controllers[0]?.api.apply(PODS, pod)).rejects.toThrow('does not lead');
    expect([a.wrote, b.wrote]).toEqual([['apply'], []]);
    expect(b.controllers[0]?.did).toEqual(['start']);
    a.link.down = true;
    await clock.advance(9_900);
    // Just before and after the deadline: nothing is written once another could lead.
    clock.freeze(200);
    await expect(a.controllers[0]?.api.apply(PODS, pod)).rejects.toThrow('does not lead');
    await clock.advance(10_000);
    expect([a.controllers[0]?.did.includes('yielded'), b.controllers[0]?.did]).toEqual([
      true,
      ['start', 'lead'],
    ]);
    expect(lease.holder).toBe('b');
    for (const { stop } of [a, b]) stop.abort();
    await clock.advance(1_000);
    await Promise.all([a.ended, b.ended]);
  });

  it('renews the lease by a way of its own, whatever all other requests wait for', async () => {
    const [clock, lease] = [replicasClock(), new FakeLease()];
    const a = replica('a', clock, lease, { leaseApi: fakeApi(lease).api });
    a.link.down = true;
    await clock.advance(60_000);
    expect([lease.holder, a.controllers[0]?.did]).toEqual(['a', ['start', 'lead']]);
    a.stop.abort();
    await clock.advance(1_000);
    await a.ended;
  });

  it('writes without asking others where no election is wanted', async () => {
    const [clock, lease] = [replicasClock(), new FakeLease()];
    const a = replica('a', clock, lease, { elect: false });
    await clock.advance(0);
    expect(a.controllers[0]?.did).toEqual(['start', 'lead']);
    a.stop.abort();
    await clock.advance(0);
    await a.ended;
    expect(lease.manifest).toBeUndefined();
  });

  it('waits for an API server that is not there or serves no intents, and never ends for that', async () => {
    const [clock, lease] = [replicasClock(), new FakeLease()];
    const a = replica('a', clock, lease);
    for (let count = 0; count < 12; count++) a.failures.push(new Error('not served: install the CRDs'));
    await clock.advance(100);
    expect(a.controllers).toEqual([]);
    await clock.advance(240_000);
    expect(a.said.filter((message) => message === 'cannot start').length).toBeLessThanOrEqual(12);
    expect(a.controllers).toHaveLength(1);
    a.stop.abort();
    await clock.advance(1_000);
    await a.ended;
  });

  it('ends at once when it is told to while it waits', async () => {
    const [clock, lease] = [replicasClock(), new FakeLease()];
    const a = replica('a', clock, lease);
    a.failures.push(new Error('no'), new Error('no'));
    await clock.advance(100);
    a.stop.abort();
    await clock.advance(0);
    await a.ended;
    expect(a.controllers).toEqual([]);
  });
});
