import { EVENTS, NAMESPACES, NETWORK_POLICIES, PODS } from '../../src/controller/api/known-resources';
import type { Drift } from '../../src/controller/controller-hooks';
import { isJsonObject, jsonAt, type JsonObject } from '../../src/model/json';
import { FakeApi } from './fake-api';
import { POLICY, WEB, lead, ownLabels, put, shop, stopAll, until } from './running';
import { clientIntents, MANAGER, protectedService } from './world';

afterEach(stopAll);

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

  it('is repaired where a field was added that intents leave out, as the rules of a default deny', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    put(api, protectedService('shop', 'cart'));
    const drifts: Drift[] = [];
    const controller = await lead(api, { hooks: { onDrift: (drift) => drifts.push(drift) } });
    const deny = { resource: NETWORK_POLICIES, namespace: 'shop', name: 'default-deny-cart' };
    const wanted = [POLICY, deny].map((ref) => jsonAt(api.peek(ref), ['spec']));
    expect(jsonAt(wanted[1], ['ingress'])).toBeUndefined();
    const before = api.writes.length;
    api.edit(deny, (object) => (object['spec'] = { ...(object['spec'] as JsonObject), ingress: [{}] }));
    await until(() => drifts.length === 1);
    api.edit(POLICY, (object) => (object['spec'] = { ...(object['spec'] as JsonObject), egress: [{}] }));
    await until(() => drifts.length === 2);
    await controller.whenIdle();
    expect([POLICY, deny].map((ref) => jsonAt(api.peek(ref), ['spec']))).toEqual(wanted);
    expect(drifts.map(({ what, by, repaired }) => [what, by, repaired])).toEqual([
      ['spec.ingress', 'kubectl-edit', true],
      ['spec.egress', 'kubectl-edit', true],
    ]);
    // What was put into it is taken away, and nothing else is written.
    expect(api.writes.slice(before).filter(({ kind }) => kind === 'NetworkPolicy')).toHaveLength(2);
  });

  it('is repaired although some fields were changed and others added', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    const drifts: Drift[] = [];
    const controller = await lead(api, { hooks: { onDrift: (drift) => drifts.push(drift) } });
    const wanted = jsonAt(api.peek(POLICY), ['spec']);
    api.edit(
      POLICY,
      (object) =>
        (object['spec'] = {
          podSelector: { matchLabels: { app: 'nobody' } },
          policyTypes: ['Ingress', 'Egress'],
          ingress: [{}],
          egress: [{}],
        }),
    );
    await until(() => drifts.length === 1);
    await controller.whenIdle();
    expect(jsonAt(api.peek(POLICY), ['spec'])).toEqual(wanted);
    expect(drifts).toHaveLength(1);
  });

  it('is not told as repaired where the API server does not keep the repair', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    const drifts: Drift[] = [];
    await lead(api, { hooks: { onDrift: (drift) => drifts.push(drift) } });
    // An admission puts the field back before anything is stored.
    api.admit = ({ kind }, object) => {
      if (kind === 'NetworkPolicy') object['spec'] = { ...(object['spec'] as JsonObject), egress: [{}] };
    };
    api.edit(POLICY, (object) => (object['spec'] = { ...(object['spec'] as JsonObject), egress: [{}] }));
    await until(() => api.all(EVENTS).length > 0);
    expect(drifts).toEqual([]);
    expect(api.all(EVENTS).map((event) => jsonAt(event, ['reason']))).toEqual(['PolicyNotWritten']);
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

  it('of labels: what was forged beside a missing label goes again when the intents do, whoever owns it by then', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    const controller = await lead(api);
    const web = { resource: PODS, namespace: 'shop', name: 'web-0' };
    const wanted = ownLabels(api.peek(web));
    expect(wanted.length).toBeGreaterThan(1);
    // All of ours are gone, and one that nobody wants is there.
    api.edit(web, (object) => {
      const metadata = object['metadata'];
      if (isJsonObject(metadata))
        metadata['labels'] = { app: 'web', 'intents.otterize.com/access-other-shop-123456': 'true' };
    });
    await until(() => ownLabels(api.peek(web)).join() === wanted.join());
    await controller.whenIdle();
    const before = api.writes.length;
    api.remove(WEB);
    await until(() => api.peek(WEB) === undefined);
    expect(ownLabels(api.peek(web))).toEqual([]);
    const pods = api.writes.slice(before).filter(({ kind }) => kind === 'Pod');
    expect(pods.map(({ name }) => name).sort()).toEqual(['shop/cart-0', 'shop/web-0', 'shop/web-1']);
  });

  it('of labels: one that somebody else owns beside the controller goes when nobody wants it', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    const controller = await lead(api);
    const web = { resource: PODS, namespace: 'shop', name: 'web-0' };
    const labels = jsonAt(api.peek(web), ['metadata', 'labels']) as JsonObject;
    const pod = api.peek(web) ?? {};
    api.put(PODS, { ...pod, metadata: { ...(pod['metadata'] as JsonObject), labels } }, 'helm');
    await controller.whenIdle();
    api.remove(WEB);
    await until(() => api.peek(WEB) === undefined);
    expect(ownLabels(api.peek(web))).toEqual([]);
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
    const wanted = jsonAt(api.peek(POLICY), ['spec']);
    const drifts: Drift[] = [];
    await lead(api, { dryRun: true, hooks: { onDrift: (drift) => drifts.push(drift) } });
    api.edit(POLICY, (object) => (object['spec'] = { podSelector: {}, policyTypes: ['Ingress'] }));
    await until(() => drifts.length === 1);
    expect(drifts[0]).toMatchObject({ by: 'kubectl-edit', repaired: false });
    // Somebody else puts it right, and then it is changed in the same way once more, and once more.
    for (const times of [2, 3, 4, 5, 6]) {
      api.edit(POLICY, (object) => (object['spec'] = structuredClone(wanted ?? null)));
      await new Promise((resolve) => setTimeout(resolve, 20));
      api.edit(POLICY, (object) => (object['spec'] = { podSelector: {}, policyTypes: ['Ingress'] }));
      await until(() => drifts.length === times);
    }
    expect(api.writes.slice(before)).toEqual([]);
  });
});
