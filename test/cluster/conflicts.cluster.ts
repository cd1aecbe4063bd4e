import { deployment } from './calling-shop';
import type { KubeObject } from './client';
import { ControlPlane } from './control-plane';
import { installCrds, makeNamespace, until } from './install';
import { runDeployment } from './kubelet';
import { projectClient, type ProjectClient } from './project-client';
import { SYSTEM_CLOCK } from '../../src/controller/api/clock';
import type { ApiResource } from '../../src/controller/api/api-resource';
import type { ApplyOptions } from '../../src/controller/api/kubernetes-api';
import { Controller } from '../../src/controller/controller';
import { discoverKinds } from '../../src/controller/observed/watched-kinds';
import { NOTHING_THERE } from '../../src/controller/writes/decision';
import { identity } from '../../src/intents/identity';
import type { JsonObject } from '../../src/model/json';

const POLICIES = '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies';
const POLICY = 'access-to-cart-from-shop';
const INTENTS = '/apis/k8s.otterize.com/v2alpha1/namespaces/shop/clientintents/web';
const EVENTS = '/api/v1/namespaces/shop/events';
const SERVER = { matchLabels: { 'intents.otterize.com/server': identity('cart', 'shop') } };

/** A policy with nothing in common with ours but what both set to the same. */
function theirs(name: string): KubeObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace: 'shop' },
    spec: { podSelector: SERVER, policyTypes: ['Ingress'] },
  };
}

describe('conflicts before a real API server', () => {
  let plane: ControlPlane;
  let client: ProjectClient;
  let controller: Controller;
  /** What happens before a policy reaches the API server. */
  let beforeApply: () => Promise<void> = () => Promise.resolve();

  beforeAll(async () => {
    plane = await ControlPlane.start();
    await installCrds(plane.api);
    await makeNamespace(plane.api, 'shop');
    for (const name of ['web', 'cart'])
      await runDeployment(plane.api, await plane.api.create(deployment(name, { image: 'x', port: 8080 })));
    client = projectClient(plane, { fieldManager: 'intents-controller' });
    const { api } = client;
    const interrupted = new Proxy(api, {
      get: (target, name) =>
        name === 'apply'
          ? async (resource: ApiResource, manifest: JsonObject, options?: ApplyOptions) => {
              if (resource.kind === 'NetworkPolicy') await beforeApply();
              return target.apply(resource, manifest, options);
            }
          : (Reflect.get(target, name, target) as unknown),
    });
    controller = new Controller({
      api: interrupted,
      clock: SYSTEM_CLOCK,
      random: Math.random,
      fieldManager: 'intents-controller',
      kinds: await discoverKinds(api),
      settings: { options: {}, reachabilityOptions: {}, dialect: 'kubernetes' },
      instance: 'test',
    });
    controller.start();
    controller.lead();
    await controller.whenIdle();
  });
  afterAll(async () => {
    await controller.stop();
    client.close();
    await plane.stop();
  });

  /** Does something before the next policy that is applied. */
  function once(act: () => Promise<unknown>): () => boolean {
    let done = false;
    beforeApply = async () => {
      if (done) return;
      done = true;
      await act();
    };
    return () => done;
  }

  async function condition(type: string): Promise<KubeObject | undefined> {
    const { status } = await plane.api.get(INTENTS);
    return ((status?.conditions ?? []) as KubeObject[]).find((one) => one.type === type);
  }

  async function eventReasons(): Promise<string[]> {
    return (await plane.api.list(EVENTS)).map(({ reason }) => String(reason));
  }

  const change = (manager: string, spec: object): Promise<KubeObject> =>
    plane.api.send(
      'PATCH',
      `${POLICIES}/${POLICY}?fieldManager=${manager}`,
      { spec },
      'application/merge-patch+json',
    );

  it('an apply that expects nothing makes an object, and is refused where there is one, even one without a field in common', async () => {
    const name = 'fact';
    const rules = { spec: { ...theirs(name).spec, ingress: [{}] } };
    const apply = (metadata: object): Promise<KubeObject> =>
      plane.api.apply(
        { ...theirs(name), ...rules, metadata: { name, namespace: 'shop', ...metadata } },
        'us',
      );
    expect((await apply(NOTHING_THERE)).spec.ingress).toEqual([{}]);
    await expect(apply(NOTHING_THERE)).rejects.toMatchObject({ code: 409 });
    await plane.api.delete(theirs(name));
    await plane.api.create(theirs(name));
    await expect(apply(NOTHING_THERE)).rejects.toMatchObject({ code: 409 });
    // What it would be without: a policy of somebody else, opened.
    expect((await apply({})).spec.ingress).toEqual([{}]);
    await plane.api.delete(theirs(name));
  });

  it('leaves a policy alone that somebody makes between looking and writing, and tells of it', async () => {
    const happened = once(() => plane.api.create(theirs(POLICY)));
    await plane.api.create({
      apiVersion: 'k8s.otterize.com/v2alpha1',
      kind: 'ClientIntents',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { workload: { name: 'web' }, targets: [{ kubernetes: { name: 'cart' } }] },
    });
    await until(async () => (await condition('Conflict'))?.status === 'True');
    expect(happened()).toBe(true);
    const [policy] = await plane.api.list(POLICIES);
    expect(policy?.spec).toEqual(theirs(POLICY).spec);
    expect(policy?.metadata.managedFields).toHaveLength(1);
    await until(async () => (await eventReasons()).includes('Conflict'));
    expect(await eventReasons()).not.toContain('PolicyNotWritten');
  });

  it('goes on once theirs is gone', async () => {
    await plane.api.delete(theirs(POLICY));
    await until(async () => (await condition('Ready'))?.status === 'True');
    expect((await plane.api.list(POLICIES))[0]?.spec.ingress).toHaveLength(1);
  });

  it('looks again where its own policy has changed between looking and writing', async () => {
    const [wanted] = await plane.api.list(POLICIES);
    const happened = once(() => change('argocd', { podSelector: {}, ingress: [] }));
    await change('argocd', { ingress: [{}] });
    await until(async () => happened() && (await eventReasons()).includes('DriftRepaired'));
    await controller.whenIdle();
    expect((await plane.api.list(POLICIES))[0]?.spec).toEqual(wanted?.spec);
    expect(await eventReasons()).not.toContain('PolicyNotWritten');
  });

  it('lets somebody who insists have it for a while, names him in condition and Event, and sends few requests', async () => {
    const fighter = setInterval(() => void change('argocd', { ingress: [{}] }).catch(() => undefined), 100);
    try {
      await until(async () => (await condition('Conflict'))?.status === 'True');
      expect((await condition('Conflict'))?.message).toContain('argocd');
      const before = plane.requests().length;
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      const writes = plane
        .requests()
        .slice(before)
        .filter(({ verb, userAgent }) => userAgent.includes('under-test') && verb !== 'watch');
      // One repair after 2 s, its Event, and the status at most.
      expect(writes.length).toBeLessThanOrEqual(8);
      const conflicts = (await plane.api.list(EVENTS)).filter(({ reason }) => reason === 'Conflict');
      expect(conflicts.map(({ message }) => String(message)).join()).toContain('again and again');
    } finally {
      clearInterval(fighter);
    }
  });
});
