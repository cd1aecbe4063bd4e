import { ApiError } from '../../src/controller/api/api-error';
import { SYSTEM_CLOCK } from '../../src/controller/api/clock';
import { EVENTS, NAMESPACES } from '../../src/controller/api/known-resources';
import { createLog } from '../../src/controller/operation/controller-log';
import { FINALIZER } from '../../src/controller/status/statuses';
import { Effects } from '../../src/controller/writes/effects';
import { jsonAt, type JsonObject } from '../../src/model/json';
import { FakeApi } from './fake-api';
import { WEB, conditionOf, lead, names, put, shop, stopAll, until } from './running';
import { clientIntents, deployment, MANAGER, namespace, pod, networkPolicy } from './world';

afterEach(stopAll);

const UNPROVED = {
  options: { proof: 'off' as const },
  reachabilityOptions: {},
  dialect: 'kubernetes' as const,
};

describe('what goes wrong', () => {
  const forbidden = new ApiError({ status: 403, reason: 'Forbidden', message: 'exceeded quota: policies' });

  it('is said where it belongs, and the rest goes on', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    const db = deployment('shop', 'db', { kind: 'StatefulSet' });
    put(api, db, pod('db-0', db), clientIntents('shop', 'cart', [{ kubernetes: { name: 'db' } }]));
    api.refuse = ({ kind, name }) =>
      kind === 'NetworkPolicy' && name.includes('to-cart') ? forbidden : undefined;
    await lead(api);
    expect(names(api)).toEqual(['access-to-db-from-shop']);
    expect(conditionOf(api.peek(WEB), 'Ready')).toEqual({
      status: 'False',
      reason: 'PolicyNotWritten',
      message: 'shop/cart: exceeded quota: policies',
    });
    expect(conditionOf(api.peek({ ...WEB, name: 'cart' }), 'Ready')).toMatchObject({ status: 'True' });
    expect(api.all(EVENTS).map((event) => jsonAt(event, ['message']))).toEqual(['exceeded quota: policies']);
    api.refuse = () => undefined;
    await until(() => conditionOf(api.peek(WEB), 'Ready')?.['status'] === 'True');
  });

  it('is said of what nobody can decide about, because of an error of ours, and the rest goes on', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    const db = deployment('shop', 'db', { kind: 'StatefulSet' });
    put(api, db, pod('db-0', db), clientIntents('shop', 'cart', [{ kubernetes: { name: 'db' } }]));
    const policy = Reflect.get(Effects.prototype, 'policy');
    const broken = jest.spyOn(Effects.prototype, 'policy').mockImplementation(function (
      this: Effects,
      ...of
    ) {
      if (of[1].includes('to-cart')) throw new TypeError('no selector');
      return policy.apply(this, of);
    });
    await lead(api);
    expect(names(api)).toEqual(['access-to-db-from-shop']);
    expect(api.all(EVENTS).map((event) => jsonAt(event, ['message']))).toContain('no selector');
    put(api, clientIntents('shop', 'db', [{ kubernetes: { name: 'web' } }]));
    await until(() => names(api).includes('access-to-web-from-shop'));
    broken.mockRestore();
    await until(() => names(api).length === 3);
  });

  it('is told when it mostly passes by itself, and has not', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    const broken = new ApiError({
      status: 500,
      reason: 'InternalError',
      message: 'failed to create typed live object',
    });
    api.refuse = ({ kind, subresource }) =>
      kind === 'ClientIntents' && subresource === 'status' ? broken : undefined;
    const fast = {
      ...SYSTEM_CLOCK,
      timer: (ms: number, call: () => void) => SYSTEM_CLOCK.timer(ms / 50, call),
    };
    await lead(api, { clock: fast });
    expect(api.all(EVENTS)).toEqual([]);
    await until(() => api.all(EVENTS).length > 0);
    expect(api.all(EVENTS).map((event) => [jsonAt(event, ['reason']), jsonAt(event, ['message'])])).toEqual([
      ['StatusNotWritten', 'failed to create typed live object'],
    ]);
  });

  it('is said and tried again when a kind is served no more, as when its CRD is exchanged', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    // What API servers answer for a path that they do not know is a page.
    const unknown = new ApiError({ status: 404, reason: '', message: '404 page not found' });
    api.refuse = ({ kind }) => (kind === 'NetworkPolicy' ? unknown : undefined);
    await lead(api);
    expect(conditionOf(api.peek(WEB), 'Ready')).toMatchObject({
      status: 'False',
      reason: 'PolicyNotWritten',
      message: 'shop/cart: 404 page not found',
    });
    api.refuse = () => undefined;
    await until(() => conditionOf(api.peek(WEB), 'Ready')?.['status'] === 'True');
  });

  it('is named in the log as it is really written', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    api.refuse = ({ kind }) => (kind === 'NetworkPolicy' ? forbidden : undefined);
    const lines: string[] = [];
    const write = (line: string): number => lines.push(line);
    await lead(api, { log: createLog({ level: 'warn', format: 'json', instance: 'a', write }) });
    expect(JSON.parse(lines[0] ?? '{}')).toMatchObject({
      message: 'a write failed',
      work: 'policy|shop|networking.k8s.io/NetworkPolicy/access-to-cart-from-shop',
      error: { message: 'exceeded quota: policies' },
    });
  });

  it('names in the log what somebody else has as well', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    put(api, networkPolicy('shop', 'access-to-cart-from-shop', { podSelector: {} }));
    const lines: string[] = [];
    const write = (line: string): number => lines.push(line);
    await lead(api, { log: createLog({ level: 'warn', format: 'json', instance: 'a', write }) });
    expect(lines.map((line): unknown => JSON.parse(line))).toContainEqual(
      expect.objectContaining({
        message: 'somebody else writes the same',
        work: 'policy|shop|networking.k8s.io/NetworkPolicy/access-to-cart-from-shop',
      }),
    );
  });

  it('is tried again at intervals that grow', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    api.refuse = ({ kind }) => (kind === 'NetworkPolicy' ? forbidden : undefined);
    await lead(api);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const tries = api.writes.filter(({ kind }) => kind === 'NetworkPolicy').length;
    expect(tries).toBeGreaterThan(1);
    expect(tries).toBeLessThan(6);
  });

  it('does not hold up others: intents that cannot be read, names that lead nowhere, kinds beyond a network', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    const broken = clientIntents('shop', 'broken', []);
    put(api, { ...broken, spec: { workload: 'text', targets: 5 } });
    put(
      api,
      clientIntents('shop', 'cart', [
        { kubernetes: { name: 'nobody' } },
        { sql: { name: 'db' } },
        { kubernetes: { name: 'web' } },
      ]),
    );
    await lead(api);
    expect(names(api).sort()).toEqual(['access-to-cart-from-shop', 'access-to-web-from-shop']);
    expect(conditionOf(api.peek({ ...WEB, name: 'broken' }), 'Ready')).toMatchObject({
      status: 'False',
      reason: 'Invalid',
    });
    const cart = api.peek({ ...WEB, name: 'cart' });
    expect(conditionOf(cart, 'Resolved')).toMatchObject({ status: 'False', reason: 'NotFound' });
    expect(conditionOf(cart, 'Unsupported')).toMatchObject({ status: 'True' });
    expect(conditionOf(cart, 'Ready')).toMatchObject({ status: 'False' });
    expect(jsonAt(cart, ['status', 'counts'])).toEqual({
      targets: 3,
      resolved: 2,
      enforced: 1,
      shadowed: 0,
      unsupported: 1,
      conflicts: 0,
    });
  });

  it('is no endless loop when the API server does not keep what is written', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    api.afterWrite = ({ kind, subresource }) => {
      if (kind === 'ClientIntents' && subresource === 'status')
        api.edit(
          WEB,
          (object) => {
            object['status'] = { upToDate: true };
          },
          'pruning',
        );
    };
    await lead(api);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(api.writes.filter(({ subresource }) => subresource === 'status').length).toBeLessThan(8);
  });

  it('keeps an object of intents while what it asked for cannot be undone, but never a namespace from going', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    await lead(api);
    api.refuse = ({ verb }) => (verb === 'delete' ? forbidden : undefined);
    api.remove(WEB);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(jsonAt(api.peek(WEB), ['metadata', 'finalizers'])).toEqual([FINALIZER]);
    api.edit({ resource: NAMESPACES, name: 'shop' }, (object) => {
      object['metadata'] = {
        ...(object['metadata'] as JsonObject),
        deletionTimestamp: '2026-01-01T00:00:00Z',
      };
    });
    await until(() => api.peek(WEB) === undefined);
  });

  it('takes its finalizer off, and none of others, where it is to put none', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    await (await lead(api)).stop();
    api.edit(WEB, ({ metadata }) => {
      (metadata as Record<string, unknown>)['finalizers'] = [FINALIZER, 'example.com/other'];
    });
    await lead(api, { finalizers: false });
    expect(jsonAt(api.peek(WEB), ['metadata', 'finalizers'])).toEqual(['example.com/other']);
  });

  it('puts no finalizer on intents in some namespaces, whose rights may go before the intents do', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    await lead(api, { namespaces: ['shop'] });
    expect(names(api)).toEqual(['access-to-cart-from-shop']);
    expect(jsonAt(api.peek(WEB), ['metadata', 'finalizers'])).toBeUndefined();
  });

  it('says in the condition that policies of the whole cluster are not counted where they may not be seen', async () => {
    const messages = await Promise.all(
      [{ namespaces: ['shop'] }, {}, { namespaces: ['shop'], settings: UNPROVED }].map(async (options) => {
        const api = new FakeApi(MANAGER);
        shop(api);
        await lead(api, options);
        return conditionOf(api.peek(WEB), 'Enforced')?.['message'];
      }),
    );
    expect(messages.map((one) => JSON.stringify(one).includes('Policies of the whole cluster'))).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('does not open what is protected: an old policy stays while the one in its place is refused', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    await (await lead(api)).stop();
    api.refuse = ({ verb, kind, name }) =>
      verb === 'apply' && kind === 'NetworkPolicy' && name.endsWith('/cart-access') ? forbidden : undefined;
    const otterize = {
      settings: {
        options: { profile: 'otterize' as const },
        reachabilityOptions: {},
        dialect: 'kubernetes' as const,
      },
    };
    await lead(api, otterize);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(names(api)).toEqual(['access-to-cart-from-shop']);
    api.refuse = () => undefined;
    await until(() => names(api).includes('cart-access') && names(api).length === 1);
  });
});

it('makes nothing in namespaces that are on their way out', async () => {
  const api = new FakeApi(MANAGER);
  shop(api);
  const gone = namespace('shop');
  put(api, {
    ...gone,
    metadata: { ...(gone['metadata'] as JsonObject), deletionTimestamp: '2026-01-01T00:00:00Z' },
  });
  await lead(api);
  expect(names(api)).toEqual([]);
});
