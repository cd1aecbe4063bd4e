import fc from 'fast-check';
import { ApiError } from '../../../src/controller/api/api-error';
import { CLIENT_INTENTS, NETWORK_POLICIES } from '../../../src/controller/api/known-resources';
import type { JsonObject } from '../../../src/model/json';
import { FakeApi } from '../fake-api';
import { controllerOf, lead, put, stopAll, until } from '../running';
import {
  clientIntents,
  deployment,
  MANAGER,
  namespace,
  networkPolicy,
  pod,
  protectedService,
  service,
} from '../world';
import { Flicker, timesWritten } from './flicker';
import { reach } from './reach';

afterEach(stopAll);

// Each of the worlds takes real time: a controller gathers changes for some milliseconds.
jest.setTimeout(120_000);

/** Answers that come in an order of their own: each request takes some turns of the event loop. */
class SlowApi extends FakeApi {
  private at = 0;
  constructor(private readonly turns: readonly number[]) {
    super(MANAGER);
  }

  override async apply(...args: Parameters<FakeApi['apply']>): Promise<JsonObject> {
    await this.wait();
    return super.apply(...args);
  }

  override async patch(...args: Parameters<FakeApi['patch']>): Promise<JsonObject> {
    await this.wait();
    return super.patch(...args);
  }

  override async delete(...args: Parameters<FakeApi['delete']>): Promise<boolean> {
    await this.wait();
    return super.delete(...args);
  }

  private async wait(): Promise<void> {
    const turns = this.turns[this.at++ % this.turns.length] ?? 0;
    for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
}

interface World {
  /** Pods of each workload; the name says the namespace: `a/w0`. */
  readonly workloads: readonly { readonly id: string; readonly pods: number }[];
  /** Client and server, by their place among the workloads. */
  readonly calls: readonly (readonly [client: number, server: number])[];
  readonly denies: readonly string[];
  readonly exposed: readonly number[];
  readonly guarded: readonly number[];
  readonly turns: readonly number[];
}

const HOMES = ['a', 'b'];

function worldArb(most: number): fc.Arbitrary<World> {
  return fc.integer({ min: 2, max: most }).chain((count) => {
    const index = fc.nat(count - 1);
    return fc.record({
      workloads: fc
        .tuple(
          ...Array.from({ length: count }, () =>
            fc.tuple(fc.constantFrom(...HOMES), fc.integer({ min: 1, max: 5 })),
          ),
        )
        .map((all) => all.map(([home, pods], at) => ({ id: `${home}/w${at}`, pods }))),
      calls: fc.uniqueArray(fc.tuple(index, index), {
        maxLength: 2 * count,
        selector: ([client, server]) => client * count + server,
      }),
      denies: fc.subarray(HOMES, { maxLength: 1 }),
      exposed: fc.uniqueArray(index, { maxLength: 1 }),
      guarded: fc.uniqueArray(index, { maxLength: 1 }),
      turns: fc.array(fc.nat(6), { minLength: 1, maxLength: 40 }),
    });
  });
}

function build(api: FakeApi, world: World): void {
  put(api, ...HOMES.map((home) => namespace(home)));
  for (const [at, { id, pods }] of world.workloads.entries()) {
    const [home = '', name = ''] = id.split('/');
    const set = deployment(home, name, { kind: 'StatefulSet' });
    put(api, set);
    for (let index = 0; index < pods; index++) put(api, pod(`${name}-${index}`, set));
    if (world.exposed.includes(at)) put(api, service(home, name, { app: name }, { type: 'LoadBalancer' }));
    if (world.guarded.includes(at)) put(api, protectedService(home, name));
  }
  for (const home of world.denies)
    put(api, networkPolicy(home, 'default-deny', { podSelector: {}, policyTypes: ['Ingress'] }));
  declare(api, world.workloads, world.calls);
}

function declare(api: FakeApi, workloads: World['workloads'], calls: World['calls']): void {
  for (const [at, { id }] of workloads.entries()) {
    const [home = '', name = ''] = id.split('/');
    const servers = calls
      .filter(([client]) => client === at)
      .map(([, server]) => workloads[server]?.id.split('/'));
    if (servers.length === 0) continue;
    const targets = servers.map((server) => ({ kubernetes: { name: `${server?.[1]}.${server?.[0]}` } }));
    put(api, clientIntents(home, name, targets));
  }
}

const settingsOf = (profile: 'seed' | 'otterize' | 'selectors', egress: boolean) => ({
  settings: {
    options: { profile, egress },
    reachabilityOptions: {},
    dialect: 'kubernetes' as const,
  },
});

/** Policies that isolate in both directions go by labels in a way of their own: they come in turns with those that go by none. */
function withoutTurns(world: World, profile: string, egress: boolean): World {
  return profile === 'otterize' && egress ? { ...world, exposed: [] } : world;
}

const profileArb = fc.constantFrom<'seed' | 'otterize' | 'selectors'>(
  'seed',
  'seed',
  'otterize',
  'selectors',
);

describe('the order of writes', () => {
  it('of a controller that begins leaves every connection as it is until it is as it is to be, whatever the order of answers, and writes no pod three times', async () => {
    await fc.assert(
      fc.asyncProperty(worldArb(7), profileArb, fc.boolean(), async (world, profile, egress) => {
        const api = new SlowApi(world.turns);
        build(api, withoutTurns(world, profile, egress));
        const flicker = new Flicker(api);
        const controller = await lead(api, settingsOf(profile, egress));
        await controller.stop();
        expect(flicker.found).toEqual([]);
        expect([...timesWritten(api)].filter(([, count]) => count > 2)).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it('holds while requests fail now and then', async () => {
    await fc.assert(
      fc.asyncProperty(
        worldArb(4),
        profileArb,
        fc.array(fc.nat(9), { minLength: 5, maxLength: 30 }),
        async (world, profile, luck) => {
          const api = new SlowApi(world.turns);
          build(api, world);
          const flicker = new Flicker(api);
          const tries = new Map<string, number>();
          let asked = 0;
          api.refuse = ({ verb, name }) => {
            const times = (tries.get(`${verb} ${name}`) ?? 0) + 1;
            tries.set(`${verb} ${name}`, times);
            if (times > 2 || luck[asked++ % luck.length] !== 0) return undefined;
            return new ApiError({ status: 503, reason: 'ServiceUnavailable', message: 'not now' });
          };
          const controller = await lead(api, settingsOf(profile, false));
          await until(() => controller.state.queueDepth === 0);
          await controller.stop();
          expect(flicker.found).toEqual([]);
        },
      ),
      { numRuns: 12 },
    );
  });

  it('of one that stops half-way and of the one after it leaves every connection as it is until it is as it is to be', async () => {
    await fc.assert(
      fc.asyncProperty(
        worldArb(6),
        profileArb,
        fc.boolean(),
        fc.nat(30),
        async (world, profile, egress, writes) => {
          const api = new SlowApi(world.turns);
          build(api, withoutTurns(world, profile, egress));
          const flicker = new Flicker(api);
          const look = api.afterWrite;
          const first = controllerOf(api, settingsOf(profile, egress));
          let left = writes;
          const dead = new ApiError({ status: 503, reason: 'Gone', message: 'dead' });
          api.refuse = () => (left-- > 0 ? undefined : dead);
          first.lead();
          await first.whenIdle();
          await first.stop();
          api.refuse = () => undefined;
          api.afterWrite = look;
          const second = await lead(api, settingsOf(profile, egress));
          await second.stop();
          expect(flicker.found).toEqual([]);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('when intents change shuts out nobody who may call before and after, and opens nothing that is shut before and after', async () => {
    await fc.assert(
      fc.asyncProperty(
        worldArb(6),
        fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { minLength: 1, maxLength: 6 }),
        fc.constantFrom<'seed' | 'otterize'>('seed', 'otterize'),
        async (world, more, profile) => {
          // Of one namespace, since a server has a policy of its own for each namespace that it is called from.
          const workloads = world.workloads.map((one) => ({ ...one, id: one.id.replace(/^b/, 'a') }));
          const calls = more.map(([a, b]) => [a % workloads.length, b % workloads.length] as const);
          const api = new SlowApi(world.turns);
          build(api, { ...world, workloads, exposed: [] });
          const controller = await lead(api, settingsOf(profile, false));
          const flicker = new Flicker(api);
          for (const [at, { id }] of workloads.entries())
            if (!calls.some(([client]) => client === at)) {
              const [home = '', name = ''] = id.split('/');
              api.remove({ resource: CLIENT_INTENTS, namespace: home, name });
            }
          declare(api, workloads, calls);
          await new Promise((resolve) => setTimeout(resolve, 25));
          await controller.whenIdle();
          await controller.stop();
          expect(flicker.found).toEqual([]);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('when another profile is chosen leaves every connection as it is', async () => {
    await fc.assert(
      fc.asyncProperty(worldArb(5), profileArb, profileArb, async (world, profile, next) => {
        const workloads = world.workloads.map((one) => ({ ...one, id: one.id.replace(/^b/, 'a') }));
        const api = new SlowApi(world.turns);
        build(api, { ...world, workloads, exposed: [], guarded: [] });
        const before = await lead(api, settingsOf(profile, false));
        await before.stop();
        const flicker = new Flicker(api);
        const after = await lead(api, settingsOf(next, false));
        await after.stop();
        expect(flicker.found).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it('takes the place of a policy of the same name that selects the same pods otherwise only when these are labelled', async () => {
    const api = new SlowApi([1]);
    build(api, {
      workloads: [
        { id: 'a/w0', pods: 2 },
        { id: 'a/w1', pods: 2 },
      ],
      calls: [[0, 1]],
      denies: [],
      exposed: [],
      guarded: [],
      turns: [1],
    });
    const spec = {
      podSelector: { matchLabels: { app: 'w1' } },
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ podSelector: { matchLabels: { app: 'w0' } } }] }],
    };
    const former = networkPolicy('a', 'access-to-w1-from-a', spec);
    api.put(
      NETWORK_POLICIES,
      {
        ...former,
        metadata: {
          name: 'access-to-w1-from-a',
          namespace: 'a',
          labels: { 'intents.otterize.com/network-policy': 'true' },
        },
      },
      MANAGER,
    );
    const flicker = new Flicker(api);
    await lead(api, settingsOf('seed', false));
    expect(api.writes.filter(({ kind }) => kind === 'NetworkPolicy')).toHaveLength(1);
    expect(flicker.found).toEqual([]);
    expect(reach(api).has('a/w1-0 > in a/w1-1')).toBe(false);
  });

  it('is none where nothing is written: all that would come about is said, also of calls in a circle', async () => {
    const api = new FakeApi(MANAGER);
    build(api, {
      workloads: [
        { id: 'a/w0', pods: 1 },
        { id: 'b/w1', pods: 1 },
      ],
      calls: [
        [0, 1],
        [1, 0],
      ],
      denies: [],
      exposed: [],
      guarded: [],
      turns: [],
    });
    const said: string[] = [];
    const info = (fields: object): void => {
      if ('what' in fields) said.push(String(fields.what));
    };
    const log = { debug: () => undefined, info, warn: () => undefined, error: () => undefined };
    await lead(api, { ...settingsOf('seed', false), dryRun: true, log });
    const labels = said.filter((what) => what.includes('intents.otterize.com/server'));
    expect(labels).toHaveLength(2);
    expect(labels.every((what) => what.includes('intents.otterize.com/access-'))).toBe(true);
    expect(api.writes).toEqual([]);
  });
});
