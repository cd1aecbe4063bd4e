import { CLIENT_INTENTS, NETWORK_POLICIES } from '../../../src/controller/api/known-resources';
import { WATCHED_KINDS } from '../../../src/controller/observed/watched-kinds';
import { foreignPolicies } from '../../../src/controller/takeover/foreign-policies';
import { generationsOf } from '../../../src/controller/takeover/generations';
import { planController } from '../../../src/controller/takeover/plan';
import { jsonAt, type JsonObject } from '../../../src/model/json';
import { livePlace } from '../../../src/model/place';
import type { Resource } from '../../../src/model/resource';
import { trimLive } from '../../../src/sources/live/trim-live';
import { takeIn } from '../../../src/sources/read-objects';
import { FakeApi } from '../fake-api';
import { lead, put, shop, stopAll, WEB } from '../running';
import { clientIntents, MANAGER, networkPolicy, protectedService } from '../world';

afterEach(stopAll);

const SETTINGS = { options: { egress: false }, reachabilityOptions: {}, dialect: 'kubernetes' } as const;

/** What `intents controller --plan` reads of the cluster. */
function live(api: FakeApi): Resource[] {
  const intake = { resources: [] as Resource[], findings: [], defaultNamespace: 'default' };
  for (const { resource } of WATCHED_KINDS)
    for (const object of api.all(resource)) takeIn(trimLive(object), livePlace('x'), intake);
  return intake.resources;
}

function statusOf(api: FakeApi, name: string): string {
  const object = api.peek({ resource: CLIENT_INTENTS, namespace: 'shop', name });
  const conditions = jsonAt(object, ['status', 'conditions']);
  const ready = Array.isArray(conditions)
    ? conditions.find((one) => jsonAt(one, ['type']) === 'Ready')
    : null;
  return `${JSON.stringify(jsonAt(ready, ['status']))} ${JSON.stringify(jsonAt(ready, ['reason']))}`;
}

it('plans nothing where the controller has run, and the statuses that it then writes', async () => {
  const api = new FakeApi(MANAGER);
  shop(api);
  const cart = clientIntents('shop', 'cart', [{ kubernetes: { name: 'nobody' } }, { sql: { name: 'db' } }]);
  put(api, cart, protectedService('shop', 'cart'));
  const planned = planController(live(api), SETTINGS).intents.map(({ object, ready }) => [
    object,
    `${JSON.stringify(ready?.after)} ${JSON.stringify(ready?.reason)}`,
  ]);
  const first = await lead(api, { settings: SETTINGS });
  expect(planned.filter(([object]) => object?.startsWith('ClientIntents'))).toEqual([
    ['ClientIntents/shop/cart', statusOf(api, 'cart')],
    ['ClientIntents/shop/web', statusOf(api, 'web')],
  ]);
  const { policies, labels, intents } = planController(live(api), SETTINGS);
  expect([policies, labels, intents]).toEqual([[], [], []]);
  await first.stop();
  put(api, networkPolicy('shop', 'no-way-out', { podSelector: {}, policyTypes: ['Egress'] }));
  const [web] = planController(live(api), SETTINGS).intents.filter(({ object }) => object.endsWith('web'));
  await lead(api, { settings: SETTINGS });
  expect([web?.ready?.before, web?.ready?.after]).toEqual(['True', 'False']);
  expect(statusOf(api, 'web')).toBe('"False" "DeclaredCallDenied"');
  api.remove({ resource: NETWORK_POLICIES, namespace: 'shop', name: 'no-way-out' });
  const back = planController(live(api), SETTINGS).intents.find(({ object }) => object.endsWith('web'));
  expect([back?.ready?.before, back?.ready?.after]).toEqual(['False', 'True']);
});

it('plans the statuses of intents that were changed and mean the same: each tells which change it is about', async () => {
  const api = new FakeApi(MANAGER);
  shop(api);
  await (await lead(api, { settings: SETTINGS })).stop();
  const planned = async (): Promise<unknown[]> => {
    const generations = await generationsOf({ api });
    const { intents } = planController(live(api), SETTINGS, true, generations);
    return intents.map(({ object, ready }) => [object, ready?.before, ready?.after]);
  };
  expect(await planned()).toEqual([]);
  const web = api.peek(WEB) ?? {};
  api.edit(WEB, (object) => {
    object['spec'] = { ...(web['spec'] as JsonObject), targets: [] };
  });
  api.edit(WEB, (object) => {
    object['spec'] = web['spec'];
  });
  expect(await planned()).toEqual([['ClientIntents/shop/web', 'True', 'True']]);
  await lead(api, { settings: SETTINGS });
  expect(await planned()).toEqual([]);
});

it('plans nothing for policies of intents that somebody else applied, which stay, unless they are adopted', async () => {
  const api = new FakeApi(MANAGER);
  shop(api);
  const marks = { 'intents.otterize.com/network-policy': 'true' };
  const applied = (name: string): JsonObject => {
    const { metadata, ...rest } = networkPolicy('shop', name, {
      podSelector: { matchLabels: { app: 'old' } },
    });
    return { ...rest, metadata: { ...(metadata as JsonObject), labels: marks } };
  };
  put(api, applied('access-to-old-from-shop'), applied('access-to-cart-from-shop'));
  const planned = async (adopt: readonly string[]): Promise<unknown[]> => {
    const foreign = await foreignPolicies({ api, fieldManager: MANAGER, adopt }, []);
    const { policies, intents } = planController(live(api), SETTINGS, true, new Map(), foreign);
    return [
      ...policies.map(({ action, object }) => `${action} ${object}`),
      ...intents.map(({ ready }) => `${ready?.after} ${ready?.reason}`),
    ];
  };
  expect(await planned([])).toEqual(['False Conflict']);
  expect(await planned(['kubectl'])).toEqual([
    'change NetworkPolicy/shop/access-to-cart-from-shop',
    'delete NetworkPolicy/shop/access-to-old-from-shop',
    'True InEffect',
  ]);
  await lead(api, { settings: SETTINGS });
  expect(statusOf(api, 'web')).toBe('"False" "Conflict"');
  expect(api.writes.filter(({ kind }) => kind === 'NetworkPolicy')).toEqual([]);
});
