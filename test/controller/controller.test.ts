import { SYSTEM_CLOCK } from '../../src/controller/api/clock';
import { CLIENT_INTENTS, NAMESPACES, NETWORK_POLICIES, PODS } from '../../src/controller/api/known-resources';
import { Controller } from '../../src/controller/controller';
import { WATCHED_KINDS } from '../../src/controller/observed/watched-kinds';
import { jsonAt, type JsonObject } from '../../src/model/json';
import { FakeApi } from './fake-api';
import { clientIntents, deployment, kindOf, MANAGER, namespace, pod } from './world';

const controllers: Controller[] = [];

afterEach(async () => {
  await Promise.all(controllers.splice(0).map((controller) => controller.stop()));
});

function put(api: FakeApi, ...objects: JsonObject[]): void {
  for (const object of objects) api.put(kindOf(object), object);
}

function shop(api: FakeApi): void {
  const cart = deployment('shop', 'cart', { kind: 'StatefulSet' });
  const web = deployment('shop', 'web', { kind: 'StatefulSet' });
  put(api, namespace('shop'), cart, web, pod('cart-0', cart), pod('web-0', web), pod('web-1', web));
  put(api, clientIntents('shop', 'web', [{ kubernetes: { name: 'cart' } }]));
}

async function lead(
  api: FakeApi,
  extra: Partial<ConstructorParameters<typeof Controller>[0]> = {},
): Promise<Controller> {
  const controller = new Controller({
    api,
    clock: SYSTEM_CLOCK,
    random: () => 0.5,
    fieldManager: MANAGER,
    kinds: WATCHED_KINDS,
    settings: { options: {}, reachabilityOptions: {}, dialect: 'kubernetes' },
    instance: 'test',
    ...extra,
  });
  controllers.push(controller);
  controller.start();
  controller.lead();
  await controller.whenIdle();
  return controller;
}

describe('a controller', () => {
  it('writes what the intents of a cluster ask for', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    await lead(api);
    expect(api.all(NETWORK_POLICIES).map((policy) => jsonAt(policy, ['metadata', 'name']))).toEqual([
      'access-to-cart-from-shop',
    ]);
    expect(
      jsonAt(api.peek({ resource: PODS, namespace: 'shop', name: 'web-1' }), [
        'metadata',
        'labels',
        'intents.otterize.com/client',
      ]),
    ).toBe('true');
    expect(jsonAt(api.peek({ resource: NAMESPACES, name: 'shop' }), ['metadata', 'labels'])).toEqual({
      'intents.otterize.com/namespace-name': 'shop',
    });
    const status = jsonAt(api.peek({ resource: CLIENT_INTENTS, namespace: 'shop', name: 'web' }), ['status']);
    expect(jsonAt(status, ['conditions', 0])).toMatchObject({ type: 'Ready', status: 'True' });
    expect(
      api.writes.map(({ verb, kind, name, subresource }) => [verb, kind, name, subresource ?? ''].join(' ')),
    ).toEqual([
      'apply Namespace shop ',
      'apply Pod shop/cart-0 ',
      'apply Pod shop/web-0 ',
      'apply Pod shop/web-1 ',
      'apply ClientIntents shop/web ',
      'apply NetworkPolicy shop/access-to-cart-from-shop ',
      'apply ClientIntents shop/web status',
    ]);
  });
});
