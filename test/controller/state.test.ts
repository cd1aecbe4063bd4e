import { ApiError } from '../../src/controller/api/api-error';
import { SYSTEM_CLOCK, type Clock } from '../../src/controller/api/clock';
import type { ControllerState } from '../../src/controller/controller-hooks';
import { FakeApi } from './fake-api';
import { controllerOf, lead, POLICY, put, shop, stopAll, until, WEB } from './running';
import { clientIntents, deployment, MANAGER, pod } from './world';
import type { JsonObject } from '../../src/model/json';

afterEach(stopAll);

/** A hundred times as fast, so that what is told every five seconds is told every fifty milliseconds. */
const FAST: Clock = {
  ...SYSTEM_CLOCK,
  now: () => SYSTEM_CLOCK.now() * 100,
  timer: (milliseconds, callback) => SYSTEM_CLOCK.timer(milliseconds / 100, callback),
};

function told() {
  const states: ControllerState[] = [];
  return {
    extra: { clock: FAST, hooks: { onState: (state: ControllerState) => states.push(state) } },
    last: (): ControllerState | undefined => states.at(-1),
  };
}

describe('what a controller tells metrics', () => {
  it('is true again after the last write, though nothing else changes', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    const { extra, last } = told();
    await lead(api, extra);
    await until(() => last()?.policiesManaged === 1 && last()?.queueDepth === 0);
    expect(last()).toEqual({
      policiesManaged: 1,
      policiesPending: 0,
      policiesLeftOver: 0,
      intents: 1,
      unresolvedTargets: 0,
      failing: 0,
      proofFailures: 0,
      queueDepth: 0,
      unseen: 0,
    });
  });

  it('follows, on a replica that does not lead, what the leader does', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    const { extra, last } = told();
    await controllerOf(api, extra).whenIdle();
    expect(last()).toMatchObject({ policiesManaged: 0, policiesPending: 1 });
    await lead(api);
    await until(() => last()?.policiesManaged === 1 && last()?.policiesPending === 0);
  });

  it('counts policies of intents that somebody else applied and nobody asks for, and names them once in the log', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    const first = await lead(api);
    // As `intents compile | kubectl apply` leaves it.
    const policy = api.peek(POLICY) ?? {};
    const { managedFields: _, uid: _uid, ...metadata } = policy['metadata'] as JsonObject;
    await first.stop();
    api.remove(POLICY);
    put(api, { ...policy, metadata });
    const warnings: string[] = [];
    const say = (): void => undefined;
    const warn = (fields: object): number => warnings.push(JSON.stringify(fields));
    const { extra, last } = told();
    await lead(api, { ...extra, log: { debug: say, info: say, error: say, warn } });
    expect(last()?.policiesLeftOver).toBe(0);
    api.remove(WEB);
    await until(() => last()?.policiesLeftOver === 1);
    put(api, clientIntents('shop', 'web', [{ kubernetes: { name: 'nobody' } }]));
    await until(() => last()?.unresolvedTargets === 1);
    expect(api.peek(POLICY)).toBeDefined();
    expect(warnings.filter((line) => line.includes('access-to-cart'))).toEqual([
      '{"policies":["NetworkPolicy/shop/access-to-cart-from-shop"],"count":1}',
    ]);
  });

  it('has no proof and no queue when it leads no more', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    const { extra, last } = told();
    const controller = await lead(api, extra);
    await controller.yield();
    await until(() => last() !== undefined && last()?.proofFailures === undefined);
    expect(last()?.queueDepth).toBe(0);
    controller.lead();
    await until(() => last()?.proofFailures === 0);
  });

  it('counts as failing the intents that are not ready, not each write that fails for them', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    const db = deployment('shop', 'db', { kind: 'StatefulSet' });
    put(api, db, pod('db-0', db), clientIntents('shop', 'cart', [{ kubernetes: { name: 'db' } }]));
    put(api, { ...clientIntents('shop', 'broken', []), spec: { workload: 'text', targets: 5 } });
    api.refuse = ({ verb, kind, name }) =>
      verb === 'apply' && (kind === 'Pod' || kind === 'NetworkPolicy') && !name.includes('db')
        ? new ApiError({ status: 403, reason: 'Forbidden', message: 'no' })
        : undefined;
    const { extra, last } = told();
    const controller = await lead(api, extra);
    await controller.whenIdle();
    // Pods web-0, web-1 and cart-0 and a policy fail: of `web`, and of `cart`, whose client is cart-0; `broken` says nothing.
    await until(() => last()?.failing === 3);
    api.refuse = () => undefined;
    await until(() => last()?.failing === 1);
  });
});
