import { EVENTS, NAMESPACES, PODS, STATEFUL_SETS } from '../../src/controller/api/known-resources';
import { jsonAt, type JsonObject } from '../../src/model/json';
import { FakeApi } from './fake-api';
import {
  POLICY,
  WEB,
  conditionOf,
  controllerOf,
  lead,
  line,
  names,
  ownLabels,
  put,
  shop,
  stopAll,
  until,
} from './running';
import { clientIntents, MANAGER, networkPolicy, pod, protectedService } from './world';

afterEach(stopAll);

describe('a controller', () => {
  it('writes what the intents of a cluster ask for: a policy without effect first, then labels of clients, those that isolate, the status last', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    await lead(api);
    expect(api.writes.map(line)).toEqual([
      'apply Namespace shop',
      'apply NetworkPolicy shop/access-to-cart-from-shop',
      'apply Pod shop/web-0',
      'apply Pod shop/web-1',
      'apply ClientIntents shop/web',
      'apply Pod shop/cart-0',
      'apply ClientIntents shop/web status',
    ]);
    expect(names(api)).toEqual(['access-to-cart-from-shop']);
    expect(ownLabels(api.peek({ resource: PODS, namespace: 'shop', name: 'web-1' }))).toHaveLength(3);
    expect(conditionOf(api.peek(WEB), 'Ready')).toEqual({
      status: 'True',
      reason: 'InEffect',
      message: 'All that follows from it is in the cluster.',
    });
    expect(jsonAt(api.peek(WEB), ['status', 'enforced'])).toBe('1/1');
  });

  it('writes nothing when all is as it should be', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    const first = await lead(api);
    const before = api.writes.length;
    await first.stop();
    await lead(api);
    expect(api.writes.slice(before)).toEqual([]);
  });

  it('writes nothing before it leads, and at once when it does', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    const controller = controllerOf(api);
    await controller.whenIdle();
    expect(api.writes).toEqual([]);
    controller.lead();
    await controller.whenIdle();
    expect(names(api)).toEqual(['access-to-cart-from-shop']);
    await controller.yield();
    api.remove(POLICY);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(names(api)).toEqual([]);
  });

  it('takes on shrinking the policy away before the labels, and leaves nothing behind when intents are deleted', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    const controller = await lead(api);
    const before = api.writes.length;
    api.remove(WEB);
    await until(() => api.peek(WEB) === undefined);
    await controller.whenIdle();
    const lines = api.writes.slice(before).map(line);
    expect(lines[0]).toBe('delete NetworkPolicy shop/access-to-cart-from-shop');
    expect(lines.at(-1)).toBe('patch ClientIntents shop/web');
    expect(lines.slice(1, -1).sort()).toEqual([
      'apply Namespace shop',
      'apply Pod shop/cart-0',
      'apply Pod shop/web-0',
      'apply Pod shop/web-1',
    ]);
    expect([...api.all(PODS), ...api.all(NAMESPACES)].flatMap(ownLabels)).toEqual([]);
  });

  it('compiles nothing for pods that come, and labels them as fast as they appear', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    let rounds = 0;
    const controller = await lead(api, { hooks: { onRound: () => rounds++ } });
    const [before, writes] = [rounds, api.writes.length];
    const web = api.peek({ resource: STATEFUL_SETS, namespace: 'shop', name: 'web' }) ?? {};
    for (let at = 2; at < 200; at++) put(api, pod(`web-${at}`, web));
    await until(() => api.all(PODS).every((one) => ownLabels(one).length > 0));
    await controller.whenIdle();
    expect(rounds).toBe(before);
    expect(api.writes.length - writes).toBe(198);
  });

  it('labels pods whose owner is seen after them', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    await lead(api);
    const owner = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'api-5f', namespace: 'shop', uid: 'rs' },
      spec: { template: { metadata: { labels: { app: 'api' } }, spec: { containers: [] } } },
    };
    put(
      api,
      clientIntents('shop', 'api-5f', [{ kubernetes: { name: 'cart' } }]),
      pod('api-5f-x', owner),
      owner,
    );
    await until(
      () => ownLabels(api.peek({ resource: PODS, namespace: 'shop', name: 'api-5f-x' })).length > 0,
    );
  });

  it('knows the pods of a kind that nobody watches by the name of their owner', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    const kafka = {
      apiVersion: 'core.strimzi.io/v1',
      kind: 'StrimziPodSet',
      metadata: { name: 'kafka', namespace: 'shop', uid: 'k' },
      spec: { template: { metadata: { labels: { app: 'kafka' } } } },
    };
    put(
      api,
      pod('kafka-0', kafka),
      pod('kafka-1', kafka),
      clientIntents('shop', 'cart', [{ kubernetes: { name: 'kafka' } }]),
    );
    await lead(api);
    expect(names(api)).toContain('access-to-kafka-from-shop');
    expect(ownLabels(api.peek({ resource: PODS, namespace: 'shop', name: 'kafka-1' }))).toEqual([
      'intents.otterize.com/server',
    ]);
  });
});

describe('what others own', () => {
  it('is neither changed nor deleted: a policy of the same name is a conflict, said on the intents', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    put(
      api,
      networkPolicy('shop', 'access-to-cart-from-shop', { podSelector: {}, policyTypes: ['Ingress'] }),
    );
    const controller = await lead(api);
    expect(jsonAt(api.peek(POLICY), ['spec'])).toEqual({ podSelector: {}, policyTypes: ['Ingress'] });
    expect(conditionOf(api.peek(WEB), 'Conflict')).toMatchObject({
      status: 'True',
      reason: 'PolicyConflict',
    });
    expect(conditionOf(api.peek(WEB), 'Ready')).toMatchObject({ status: 'False', reason: 'Conflict' });
    // Theirs lets nobody in.
    expect(api.all(EVENTS).map((event) => jsonAt(event, ['reason']))).toEqual([
      'Conflict',
      'DeclaredCallDenied',
    ]);
    api.remove(POLICY);
    await until(() => conditionOf(api.peek(WEB), 'Ready')?.['status'] === 'True');
    await controller.whenIdle();
    expect(conditionOf(api.peek(WEB), 'Conflict')).toMatchObject({ status: 'False' });
  });

  it('stays when it bears our marks and was written by somebody else, such as what a synth has committed', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    const marks = { 'intents.otterize.com/network-policy': 'true' };
    const committed = networkPolicy('shop', 'access-to-old-from-shop', {
      podSelector: { matchLabels: { app: 'old' } },
    });
    put(api, { ...committed, metadata: { ...(committed['metadata'] as JsonObject), labels: marks } });
    await lead(api);
    expect(names(api)).toEqual(['access-to-old-from-shop', 'access-to-cart-from-shop']);
    await stopAll();
    put(api, networkPolicy('shop', 'access-to-cart-from-shop-too', { podSelector: {} }));
    await lead(api, { adopt: ['kubectl'] });
    // One without the marks is his whose name it bears.
    expect(names(api)).toEqual(['access-to-cart-from-shop', 'access-to-cart-from-shop-too']);
  });

  it("that bears the name of one of intents and not their marks is nobody else's to adopt", async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    put(api, networkPolicy('shop', 'access-to-cart-from-shop', { podSelector: {} }));
    await lead(api, { adopt: ['kubectl'] });
    expect(conditionOf(api.peek(WEB), 'Conflict')).toMatchObject({ status: 'True' });
  });

  it('whose list of field managers was emptied becomes ours again while it is as it is to be', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    const controller = await lead(api);
    api.disown(POLICY);
    await until(() => JSON.stringify(api.peek(POLICY)).includes(`"manager":"${MANAGER}"`));
    await controller.stop();
    // While nobody runs, too; it then changes and goes with the intents.
    api.disown(POLICY);
    await lead(api);
    expect(conditionOf(api.peek(WEB), 'Conflict')).toMatchObject({ status: 'False' });
    api.remove(WEB);
    await until(() => names(api).length === 0);
  });

  it("whose list of field managers was emptied is somebody else's when it says something else", async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    await (await lead(api)).stop();
    api.edit(POLICY, (policy) => {
      policy['spec'] = { podSelector: {}, policyTypes: ['Ingress'] };
    });
    api.disown(POLICY);
    await lead(api);
    expect(conditionOf(api.peek(WEB), 'Conflict')).toMatchObject({ status: 'True' });
  });
});

describe('enforcement', () => {
  it('writes labels and no policy in shadow, says so in the status, and is Ready', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    const settings = {
      options: { enforcement: { default: 'shadow' as const } },
      reachabilityOptions: {},
      dialect: 'kubernetes' as const,
    };
    const controller = await lead(api, { settings });
    expect(names(api)).toEqual([]);
    expect(ownLabels(api.peek({ resource: PODS, namespace: 'shop', name: 'web-0' }))).toHaveLength(3);
    expect(conditionOf(api.peek(WEB), 'Shadowed')).toMatchObject({ status: 'True' });
    expect(conditionOf(api.peek(WEB), 'Ready')).toMatchObject({ status: 'True' });
    put(api, protectedService('shop', 'cart'));
    await until(() => names(api).length === 2);
    await controller.whenIdle();
    expect(names(api).sort()).toEqual(['access-to-cart-from-shop', 'default-deny-cart']);
    await until(() => conditionOf(api.peek(WEB), 'Shadowed')?.['status'] === 'False');
  });
});
