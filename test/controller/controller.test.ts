import { ApiError } from '../../src/controller/api/api-error';
import {
  CLIENT_INTENTS,
  EVENTS,
  NAMESPACES,
  NETWORK_POLICIES,
  PODS,
  STATEFUL_SETS,
} from '../../src/controller/api/known-resources';
import type { Drift } from '../../src/controller/controller-hooks';
import { FINALIZER } from '../../src/controller/status/statuses';
import { isOwnLabel } from '../../src/compiler/labels/former-labels';
import { isJsonObject, jsonAt, type JsonObject } from '../../src/model/json';
import { FakeApi } from './fake-api';
import { conditionOf, controllerOf, lead, line, put, shop, stopAll, until } from './running';
import { clientIntents, deployment, MANAGER, namespace, networkPolicy, pod, protectedService } from './world';

afterEach(stopAll);

const POLICY = { resource: NETWORK_POLICIES, namespace: 'shop', name: 'access-to-cart-from-shop' };
const WEB = { resource: CLIENT_INTENTS, namespace: 'shop', name: 'web' };

function ownLabels(object: JsonObject | undefined): string[] {
  const labels = jsonAt(object, ['metadata', 'labels']);
  return isJsonObject(labels) ? Object.keys(labels).filter(isOwnLabel).sort() : [];
}

function names(api: FakeApi): unknown[] {
  return api.all(NETWORK_POLICIES).map((policy) => jsonAt(policy, ['metadata', 'name']));
}

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

describe('drift', () => {
  it('is repaired when a policy is edited or deleted, and people are told by whom', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    const drifts: Drift[] = [];
    const controller = await lead(api, { hooks: { onDrift: (drift) => drifts.push(drift) } });
    const wanted = jsonAt(api.peek(POLICY), ['spec']);
    api.edit(POLICY, (object) => {
      object['spec'] = { podSelector: {}, policyTypes: ['Ingress'], ingress: [{}] };
    });
    await until(() => drifts.length === 1);
    await controller.whenIdle();
    expect(jsonAt(api.peek(POLICY), ['spec'])).toEqual(wanted);
    api.remove(POLICY);
    await until(() => drifts.length === 2);
    await controller.whenIdle();
    expect(jsonAt(api.peek(POLICY), ['spec'])).toEqual(wanted);
    const object = 'NetworkPolicy/shop/access-to-cart-from-shop';
    expect(drifts).toEqual([
      { object, what: 'spec.ingress, spec.podSelector', by: 'kubectl-edit', repaired: true },
      { object, what: 'it was deleted', repaired: true },
    ]);
    await until(() => api.all(EVENTS).length === 2);
    expect(api.all(EVENTS).map((event) => jsonAt(event, ['message']))).toEqual([
      `${object}: kubectl-edit changed spec.ingress, spec.podSelector; it is as the intents want it again.`,
      `${object}: Somebody deleted it; it is as the intents want it again.`,
    ]);
  });

  it('is repaired when labels of pods and namespaces are changed, taken off or forged', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    const controller = await lead(api);
    const web = { resource: PODS, namespace: 'shop', name: 'web-0' };
    const labels = jsonAt(api.peek(web), ['metadata', 'labels']);
    const change = (object: JsonObject): void => {
      const metadata = object['metadata'];
      if (isJsonObject(metadata))
        metadata['labels'] = {
          app: 'web',
          mine: 'x',
          'intents.otterize.com/access-other-shop-123456': 'true',
        };
    };
    api.edit(web, change);
    api.edit({ resource: NAMESPACES, name: 'shop' }, (object) => {
      object['metadata'] = { ...(object['metadata'] as JsonObject), labels: {} };
    });
    await until(() => ownLabels(api.peek(web)).length === 3);
    await controller.whenIdle();
    expect(jsonAt(api.peek(web), ['metadata', 'labels'])).toEqual({ ...(labels as JsonObject), mine: 'x' });
    expect(ownLabels(api.peek({ resource: NAMESPACES, name: 'shop' }))).toEqual([
      'intents.otterize.com/namespace-name',
    ]);
  });

  it('leaves alone what others add to a policy', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    const controller = await lead(api);
    const before = api.writes.length;
    api.edit(POLICY, (object) => {
      const metadata = object['metadata'];
      if (isJsonObject(metadata)) metadata['annotations'] = { team: 'x' };
    });
    await controller.whenIdle();
    expect(api.writes.length).toBe(before);
    put(api, clientIntents('shop', 'web', [{ kubernetes: { name: 'cart', ports: [8080] } }]));
    await until(() => jsonAt(api.peek(POLICY), ['spec', 'ingress', 0, 'ports']) !== undefined);
    expect(jsonAt(api.peek(POLICY), ['metadata', 'annotations'])).toEqual({ team: 'x' });
  });

  it('is no fight: who sets it back again and again waits longer and longer for the next repair', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    await lead(api);
    const count = (): number =>
      api.writes.filter(({ kind, verb }) => kind === 'NetworkPolicy' && verb === 'apply').length;
    for (let round = 0; round < 3; round++) {
      api.edit(
        POLICY,
        (object) => (object['spec'] = { podSelector: {}, policyTypes: ['Ingress'] }),
        'argocd',
      );
      await until(() => jsonAt(api.peek(POLICY), ['spec', 'ingress']) !== undefined);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    const before = count();
    api.edit(POLICY, (object) => (object['spec'] = { podSelector: {}, policyTypes: ['Ingress'] }), 'argocd');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(count()).toBe(before);
  });

  it('is only told of under dryRun, where nothing is ever written', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    const first = await lead(api);
    await first.stop();
    const before = api.writes.length;
    const drifts: Drift[] = [];
    await lead(api, { dryRun: true, hooks: { onDrift: (drift) => drifts.push(drift) } });
    api.edit(POLICY, (object) => (object['spec'] = { podSelector: {}, policyTypes: ['Ingress'] }));
    await until(() => drifts.length === 1);
    expect(drifts[0]).toMatchObject({ by: 'kubectl-edit', repaired: false });
    expect(api.writes.slice(before)).toEqual([]);
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
    await lead(api, { adopt: ['kubectl'] });
    expect(names(api)).toEqual(['access-to-cart-from-shop']);
  });
});

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
