import { ApiError } from '../../src/controller/api/api-error';
import { SYSTEM_CLOCK, type Clock } from '../../src/controller/api/clock';
import type { KubernetesApi } from '../../src/controller/api/kubernetes-api';
import { CLIENT_INTENTS, EVENTS, PODS, STATEFUL_SETS } from '../../src/controller/api/known-resources';
import { WATCHED_KINDS } from '../../src/controller/observed/watched-kinds';
import { FakeApi } from './fake-api';
import { conditionOf, controllerOf, lead, names, ownLabels, put, shop, stopAll, until, WEB } from './running';
import { clientIntents, deployment, MANAGER, namespace, pod } from './world';

afterEach(stopAll);

/** A hundred times as fast. */
const clock: Clock = {
  ...SYSTEM_CLOCK,
  now: () => SYSTEM_CLOCK.now() * 100,
  timer: (milliseconds, callback) => SYSTEM_CLOCK.timer(milliseconds / 100, callback),
};

const kinds = WATCHED_KINDS.filter(({ resource }) => resource.namespaced);

/** The same API without the right to list some kinds in namespaces. */
function without(api: FakeApi, forbidden: Set<string>, kind?: string): KubernetesApi {
  return new Proxy<KubernetesApi>(api, {
    get(target, verb: keyof KubernetesApi) {
      if (verb !== 'listAs') return target[verb].bind(target);
      return (...[resource, project, options]: Parameters<KubernetesApi['listAs']>) =>
        forbidden.has(options?.namespace ?? '') && (kind ?? resource.kind) === resource.kind
          ? Promise.reject(new ApiError({ status: 403, reason: 'Forbidden', message: 'no' }))
          : target.listAs(resource, project, options);
    },
  });
}

/** Namespace shop, whose cart is called by web in shop and by job in b. */
function twoNamespaces(api: FakeApi): void {
  shop(api);
  const job = deployment('b', 'job', { kind: 'StatefulSet' });
  put(api, namespace('b'), job, pod('job-0', job));
  put(api, clientIntents('b', 'job', [{ kubernetes: { name: 'cart.shop' } }]));
}

describe('a namespace that is to be kept and may not be seen', () => {
  const settings = {
    options: { profile: 'otterize' as const },
    reachabilityOptions: {},
    dialect: 'kubernetes' as const,
  };

  it('does not hold up the others, and is named', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    const controller = controllerOf(without(api, new Set(['gone'])), {
      clock,
      kinds,
      settings,
      namespaces: ['shop', 'gone'],
    });
    controller.lead();
    await controller.whenIdle();
    expect(names(api)).toEqual(['cart-access']);
    expect(conditionOf(api.peek(WEB), 'Ready')).toMatchObject({ status: 'True' });
    expect(controller.unseen).toEqual(['namespace gone']);
  });

  it.each([
    ['all of it', undefined],
    ['its intents', 'ClientIntents'],
  ])(
    'keeps what was written for its clients elsewhere where %s may not be seen, until it may be seen again',
    async (_, kind) => {
      const api = new FakeApi(MANAGER);
      twoNamespaces(api);
      const options = { clock, kinds, settings, namespaces: ['shop', 'b'] };
      await (await lead(api, options)).stop();
      const before = JSON.stringify(api.peek({ ...WEB, resource: PODS, name: 'cart-0' }));
      api.remove(WEB);
      const forbidden = new Set(['b']);
      const wrote = api.writes.length;
      const controller = controllerOf(without(api, forbidden, kind), options);
      controller.lead();
      await controller.whenIdle();
      expect(controller.unseen).toEqual(['namespace b']);
      // The one policy has rules for both: it stays whole, with the labels that it goes by.
      expect(names(api)).toEqual(['cart-access']);
      expect(JSON.stringify(api.peek({ ...WEB, resource: PODS, name: 'cart-0' }))).toBe(before);
      expect(api.writes.slice(wrote).filter(({ name }) => name.startsWith('b/'))).toEqual([]);
      forbidden.clear();
      api.remove({ resource: CLIENT_INTENTS, namespace: 'b', name: 'job' });
      await until(() => names(api).length === 0);
      await until(() => controller.unseen.length === 0);
      await until(
        () =>
          !ownLabels(api.peek({ resource: PODS, namespace: 'b', name: 'job-0' })).some((key) =>
            key.includes('access'),
          ),
      );
    },
  );

  it('has intents elsewhere say that a policy is held back', async () => {
    const api = new FakeApi(MANAGER);
    twoNamespaces(api);
    const options = { clock, kinds, settings, namespaces: ['shop', 'b'] };
    await (await lead(api, options)).stop();
    const controller = controllerOf(without(api, new Set(['b'])), options);
    controller.lead();
    await controller.whenIdle();
    await until(() => conditionOf(api.peek(WEB), 'Ready')?.['status'] === 'False');
    expect(
      JSON.stringify(conditionOf(api.peek(WEB), 'Conflict') ?? conditionOf(api.peek(WEB), 'Ready')),
    ).toContain('it has rules about namespace b, which may not be seen');
  });
});

/** The same API, whose watches of a kind end and whose lists of it are refused while the right to it is lost. */
class Losing {
  private isLost = false;
  private readonly ends = new Set<() => void>();

  constructor(
    private readonly api: FakeApi,
    private readonly kind: string,
  ) {}

  lose(): void {
    this.isLost = true;
    for (const end of this.ends) end();
  }

  giveBack(): void {
    this.isLost = false;
  }

  get seen(): KubernetesApi {
    const refusal = new ApiError({ status: 403, reason: 'Forbidden', message: 'no role' });
    return new Proxy<KubernetesApi>(this.api, {
      get: (target, verb: keyof KubernetesApi) => {
        if (verb === 'listAs')
          return (...[resource, ...rest]: Parameters<KubernetesApi['listAs']>) =>
            this.isLost && resource.kind === this.kind
              ? Promise.reject(refusal)
              : target.listAs(resource, ...rest);
        if (verb === 'watch')
          return (...[resource, ...rest]: Parameters<KubernetesApi['watch']>) => {
            const open = target.watch(resource, ...rest);
            if (resource.kind !== this.kind) return open;
            if (this.isLost) return Promise.reject(refusal);
            return Promise.race([
              open,
              new Promise<void>((_, reject) =>
                this.ends.add(() => {
                  reject(refusal);
                }),
              ),
            ]);
          };
        return target[verb].bind(target);
      },
    });
  }
}

describe('a right that is lost while a controller runs', () => {
  it('is told by the intents concerned, an Event, the readiness and the metric, until it is there again', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    const losing = new Losing(api, 'Pod');
    const said: object[] = [];
    const silent = (): void => undefined;
    const log = { debug: silent, info: silent, warn: silent, error: (fields: object) => said.push(fields) };
    const controller = controllerOf(losing.seen, { clock, log });
    controller.lead();
    await until(() => conditionOf(api.peek(WEB), 'Ready')?.['status'] === 'True');
    losing.lose();
    await until(() => conditionOf(api.peek(WEB), 'Ready')?.['reason'] === 'NotSeen');
    expect(conditionOf(api.peek(WEB), 'Ready')?.['message']).toContain('may not see pods here');
    expect(controller.unseen).toEqual(['pods']);
    expect(controller.state.unseen).toBe(1);
    expect(said).toEqual([{ unseen: ['pods'] }]);
    await until(() => JSON.stringify(api.all(EVENTS)).includes('"reason":"NotSeen"'));
    // Seen again, with what has changed meanwhile.
    const web = api.peek({ ...WEB, resource: STATEFUL_SETS }) ?? {};
    put(api, pod('web-2', web));
    losing.giveBack();
    await until(() => conditionOf(api.peek(WEB), 'Ready')?.['status'] === 'True');
    expect(controller.unseen).toEqual([]);
    await until(() => ownLabels(api.peek({ ...WEB, resource: PODS, name: 'web-2' })).length > 0);
  });

  it('in one of several namespaces has nothing written there', async () => {
    const api = new FakeApi(MANAGER);
    twoNamespaces(api);
    const losing = new Losing(api, 'Service');
    const controller = controllerOf(losing.seen, { clock, kinds, namespaces: ['shop', 'b'] });
    controller.lead();
    await controller.whenIdle();
    losing.lose();
    await until(() => controller.unseen.length === 2);
    const wrote = api.writes.length;
    put(api, clientIntents('shop', 'cart', [{ kubernetes: { name: 'web' } }]));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(api.writes.slice(wrote).filter(({ kind }) => !['ClientIntents', 'Event'].includes(kind))).toEqual(
      [],
    );
  });
});
