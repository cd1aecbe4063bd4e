import { SYSTEM_CLOCK } from '../../src/controller/api/clock';
import { EVENTS } from '../../src/controller/api/known-resources';
import type { ControllerLog } from '../../src/controller/controller-hooks';
import { EventRecorder } from '../../src/controller/event-recorder';
import { IncrementalCompiler } from '../../src/controller/desired/incremental-compiler';
import { jsonAt } from '../../src/model/json';
import { FakeApi } from './fake-api';
import { conditionOf, lead, names, put, shop, stopAll, until, WEB } from './running';
import { clientIntents, MANAGER, observed, protectedService, service } from './world';

afterEach(async () => {
  jest.restoreAllMocks();
  await stopAll();
});

/** Of each Event the object, the reason and the message. */
const texts = (api: FakeApi): unknown[][] =>
  api
    .all(EVENTS)
    .map((event) => [
      jsonAt(event, ['involvedObject', 'name']),
      jsonAt(event, ['reason']),
      jsonAt(event, ['message']),
    ]);

describe('Events on intents', () => {
  it('tell of what cannot be read and of whom nobody finds, once', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    put(api, { ...clientIntents('shop', 'broken', []), spec: { workload: 'text', targets: 5 } });
    put(api, clientIntents('shop', 'cart', [{ kubernetes: { name: 'nobody' } }]));
    put(api, protectedService('shop', 'nothing-here'));
    const first = await lead(api);
    const told = texts(api);
    expect(told).toEqual(
      expect.arrayContaining([
        ['broken', 'Invalid', expect.stringMatching(/\S/)],
        ['cart', 'NotResolved', expect.stringContaining('1 of 1 targets lead to nothing. shop/nobody')],
      ]),
    );
    await first.stop();
    await lead(api);
    put(
      api,
      clientIntents('shop', 'web', [{ kubernetes: { name: 'cart' } }, { internet: { ips: ['192.0.2.1'] } }]),
    );
    await until(() => jsonAt(api.peek(WEB), ['status', 'counts', 'targets']) === 2);
    const ofIntents = (events: unknown[][]): unknown[][] =>
      events.filter(([, reason]) => reason === 'Invalid' || reason === 'NotResolved');
    expect(ofIntents(texts(api))).toEqual(ofIntents(told));
  });

  it('tell when a namespace cannot be compiled any more, and nothing in it is ready then', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    await lead(api);
    expect(conditionOf(api.peek(WEB), 'Ready')).toMatchObject({ status: 'True' });
    const broken = jest.spyOn(IncrementalCompiler.prototype, 'next').mockImplementation(function (
      this: IncrementalCompiler,
    ) {
      Reflect.get(this, 'dirty').delete('shop');
      throw new TypeError('no ports of undefined');
    });
    put(api, clientIntents('shop', 'cart', [{ kubernetes: { name: 'web' } }]));
    await until(() => conditionOf(api.peek(WEB), 'Ready')?.['reason'] === 'NotCompiled');
    expect(conditionOf(api.peek(WEB), 'Ready')).toEqual({
      status: 'False',
      reason: 'NotCompiled',
      message: expect.stringContaining('cannot be compiled (TypeError: no ports of undefined)'),
    });
    expect(texts(api)).toContainEqual(['web', 'NotCompiled', expect.stringContaining('stays as it was')]);
    expect(names(api)).toEqual(['access-to-cart-from-shop']);
    broken.mockRestore();
    put(api, clientIntents('shop', 'cart', []));
    await until(() => conditionOf(api.peek(WEB), 'Ready')?.['status'] === 'True');
  });

  it('are all that people get of intents that go meanwhile: their finalizer holds up nobody, and what followed goes later', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    await lead(api);
    const broken = jest.spyOn(IncrementalCompiler.prototype, 'next').mockImplementation(function (
      this: IncrementalCompiler,
    ) {
      Reflect.get(this, 'dirty').delete('shop');
      throw new TypeError('no ports of undefined');
    });
    api.remove(WEB);
    await until(() => api.peek(WEB) === undefined);
    expect(names(api)).toEqual(['access-to-cart-from-shop']);
    broken.mockRestore();
    put(api, service('shop', 'web', { app: 'web' }));
    await until(() => names(api).length === 0);
  });

  it('tell the same of a namespace that cannot be read, and all of it is read again with the next change', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    await lead(api);
    const broken = jest.spyOn(IncrementalCompiler.prototype, 'put').mockImplementation(() => {
      throw new TypeError('no spec');
    });
    put(api, clientIntents('shop', 'cart', [{ kubernetes: { name: 'web' } }]));
    await until(() => conditionOf(api.peek(WEB), 'Ready')?.['reason'] === 'NotCompiled');
    broken.mockRestore();
    put(api, service('shop', 'web', { app: 'web' }));
    await until(() => names(api).length === 2);
    await until(() => conditionOf(api.peek(WEB), 'Ready')?.['status'] === 'True');
  });
});

it('says in the log how many Events were too many', async () => {
  const api = new FakeApi(MANAGER);
  const warned: object[] = [];
  const log: ControllerLog = {
    debug: () => undefined,
    info: () => undefined,
    warn: (fields) => warned.push(fields),
    error: () => undefined,
  };
  let now = 0;
  const recorder = new EventRecorder(api, { ...SYSTEM_CLOCK, now: () => now }, 'test', log);
  const say = (count: number, what: string): void => {
    for (let at = 0; at < count; at += 1)
      recorder.record(observed(clientIntents('shop', `web-${at}`, [])), {
        type: 'Warning',
        reason: 'NotResolved',
        message: what,
      });
  };
  say(60, 'first');
  await Promise.resolve();
  expect(api.writes).toHaveLength(50);
  expect(warned).toEqual([expect.objectContaining({ leftOut: 1 })]);
  now = 61_000;
  say(50, 'second');
  expect(warned).toEqual([expect.objectContaining({ leftOut: 1 }), expect.objectContaining({ leftOut: 10 })]);
});
