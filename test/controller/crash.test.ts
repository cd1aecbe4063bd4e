import { ApiError } from '../../src/controller/api/api-error';
import { NAMESPACES, NETWORK_POLICIES, PODS } from '../../src/controller/api/known-resources';
import { jsonAt } from '../../src/model/json';
import { FakeApi } from './fake-api';
import {
  POLICY,
  WEB,
  conditionOf,
  controllerOf,
  lead,
  names,
  ownLabels,
  shop,
  stopAll,
  until,
} from './running';
import { MANAGER } from './world';

afterEach(stopAll);

describe('a controller that dies at any of its writes', () => {
  /** Servers that a policy isolates while a client that may call them is not let in yet. */
  function shutOut(api: FakeApi): string[] {
    const needs = api
      .all(NETWORK_POLICIES)
      .filter((policy) => jsonAt(policy, ['metadata', 'name']) === POLICY.name);
    const cart = api.peek({ resource: PODS, namespace: 'shop', name: 'cart-0' });
    if (needs.length === 0 || !ownLabels(cart).includes('intents.otterize.com/server')) return [];
    return api
      .all(PODS)
      .filter(
        (one) => /^"web/.test(JSON.stringify(jsonAt(one, ['metadata', 'name']))) && ownLabels(one).length < 3,
      )
      .map((one) => JSON.stringify(jsonAt(one, ['metadata', 'name'])));
  }

  it('is followed by one that comes to the same, and at no time is anybody shut out', async () => {
    const whole = new FakeApi(MANAGER);
    shop(whole);
    await lead(whole);
    await stopAll();
    const total = whole.writes.length;
    expect(total).toBeGreaterThan(5);
    for (let last = 0; last < total; last++) {
      const api = new FakeApi(MANAGER);
      shop(api);
      let left = last;
      const out: string[] = [];
      api.afterWrite = () => out.push(...shutOut(api));
      const dying = controllerOf(api);
      api.refuse = () =>
        left-- > 0 ? undefined : new ApiError({ status: 503, reason: 'Gone', message: 'dead' });
      dying.lead();
      await until(() => left < 0);
      await dying.stop();
      api.refuse = () => undefined;
      await lead(api);
      await stopAll();
      expect(names(api)).toEqual(names(whole));
      expect(api.all(PODS).map(ownLabels)).toEqual(whole.all(PODS).map(ownLabels));
      expect(conditionOf(api.peek(WEB), 'Ready')).toMatchObject({ status: 'True' });
      expect(out).toEqual([]);
    }
  });

  it('leaves nothing behind either, when it dies while intents are deleted', async () => {
    for (let last = 0; last < 7; last++) {
      const api = new FakeApi(MANAGER);
      shop(api);
      const dying = await lead(api);
      let left = last;
      const out: string[] = [];
      api.afterWrite = () => out.push(...shutOut(api));
      api.refuse = () =>
        left-- > 0 ? undefined : new ApiError({ status: 503, reason: 'Gone', message: 'dead' });
      api.remove(WEB);
      await until(() => left < 0 || api.peek(WEB) === undefined);
      await dying.stop();
      api.refuse = () => undefined;
      const next = await lead(api);
      await until(() => api.peek(WEB) === undefined);
      await next.whenIdle();
      await stopAll();
      expect(names(api)).toEqual([]);
      expect([...api.all(PODS), ...api.all(NAMESPACES)].flatMap(ownLabels)).toEqual([]);
      expect(out).toEqual([]);
    }
  });
});
