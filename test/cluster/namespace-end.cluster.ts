import { ApiError, type KubeObject } from './client';
import { ControlPlane } from './control-plane';
import { installCrds, makeNamespace, sleep, until } from './install';
import { shippedCrds } from '../crds/crd-file';
import { runBarePod } from './kubelet';
import { RunningController } from './running-controller';
import { intents } from './scene';

describe('a namespace with intents that ends, with the real controllers of Kubernetes', () => {
  let plane: ControlPlane;
  let running: RunningController | undefined;

  beforeAll(async () => {
    plane = await ControlPlane.start({ controllerManager: true });
    // Kubernetes deletes what a namespace holds in the version that it prefers, which somebody has to convert.
    await installCrds(plane.api, { strategy: 'None' });
    await makeNamespace(plane.api, 'callers');
    for (const name of ['shop', 'billing', 'converted', 'stays']) await makeNamespace(plane.api, name);
    for (const namespace of ['shop', 'billing', 'converted', 'stays'])
      for (const name of ['frontend', 'cart']) await runBarePod(plane.api, namespace, name);
    await runBarePod(plane.api, 'callers', 'frontend');
    for (const namespace of ['shop', 'billing', 'converted', 'stays']) await declare(namespace, `cart`);
    // Intents elsewhere that name a namespace which goes.
    await declare('callers', 'cart.shop');
    running = await RunningController.start(plane);
    await running.controller.whenIdle();
  });
  afterAll(async () => {
    await running?.stop();
    await plane.stop();
  });

  async function declare(namespace: string, target: string): Promise<void> {
    const object = intents('frontend', { kubernetes: { name: target } });
    await plane.api.create({
      ...object,
      metadata: { name: 'frontend', namespace },
      spec: { ...object.spec, workload: { name: 'frontend' } },
    });
  }

  async function isGone(namespace: string): Promise<boolean> {
    return plane.api.get(`/api/v1/namespaces/${namespace}`).then(
      () => false,
      (error: unknown) => error instanceof ApiError && error.code === 404,
    );
  }

  async function remaining(namespace: string): Promise<string> {
    const { status } = await plane.api.get(`/api/v1/namespaces/${namespace}`);
    return JSON.stringify(status.conditions ?? []);
  }

  async function says(namespace: string, what: RegExp): Promise<void> {
    await until(async () => what.test(await remaining(namespace)), { what: String(what) });
  }

  it('has finalizers on its intents beforehand', async () => {
    const found = await plane.api.list('/apis/k8s.otterize.com/v2alpha1/clientintents');
    expect(found).toHaveLength(5);
    for (const { metadata } of found) expect(metadata.finalizers).toHaveLength(1);
  });

  it('is gone soon while the controller runs, and nothing is written into it in vain', async () => {
    const begun = Date.now();
    await plane.api.send('DELETE', '/api/v1/namespaces/shop');
    await until(() => isGone('shop'), { within: 60_000 }).catch(async () => {
      throw new Error(`${await remaining('shop')}\n${running?.log.slice(-20).join('\n')}`);
    });
    await running?.controller.whenIdle();
    const refused = plane
      .requests()
      .filter(({ userAgent, at }) => userAgent === 'cdk8s-intents/controller' && at >= begun)
      .filter(({ code, verb }) => code >= 400 && code !== 404 && code !== 409 && verb !== 'watch');
    // A moment passes between the deletion and its news.
    expect(refused.length).toBeLessThanOrEqual(4);
  });

  it('leaves intents elsewhere that named it unready, with the reason', async () => {
    const path = '/apis/k8s.otterize.com/v2alpha1/namespaces/callers/clientintents/frontend';
    const ready = async (): Promise<KubeObject | undefined> =>
      ((await plane.api.get(path)).status?.conditions as KubeObject[]).find(({ type }) => type === 'Ready');
    await until(async () => (await ready())?.status === 'False');
    expect((await ready())?.message).toContain('shop');
  });

  it('is gone as soon as a controller is back that was away when it was deleted', async () => {
    await running?.stop();
    running = undefined;
    await plane.api.send('DELETE', '/api/v1/namespaces/billing');
    await says('billing', /NamespaceFinalizersRemaining.*k8s\.otterize\.com\/cdk8s-intents/);
    await sleep(1_000);
    expect(await isGone('billing')).toBe(false);
    running = await RunningController.start(plane);
    await until(() => isGone('billing'), { within: 90_000 }).catch(async () => {
      throw new Error(`${await remaining('billing')}\n${running?.log.slice(-20).join('\n')}`);
    });
  });

  it('waits for whoever converts versions, as Kubernetes asks for one that is not stored, and is gone once he answers', async () => {
    const crds = [...shippedCrds().values()];
    for (const { metadata, spec } of crds) await convert(metadata.name, spec.conversion);
    await plane.api.send('DELETE', '/api/v1/namespaces/converted');
    await says('converted', /conversion webhook for k8s\.otterize\.com.* failed/);
    expect(await isGone('converted')).toBe(false);
    for (const { metadata } of crds) await convert(metadata.name, { strategy: 'None', webhook: null });
    await until(() => isGone('converted'), { within: 120_000 }).catch(async () => {
      throw new Error(await remaining('converted'));
    });
  });

  async function convert(name: string, conversion: object): Promise<void> {
    await plane.api.merge(
      {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name },
      },
      { spec: { conversion } },
    );
  }

  it('takes nothing of other namespaces with it', async () => {
    const policies = await plane.api.list('/apis/networking.k8s.io/v1/networkpolicies');
    expect(policies.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).toEqual([
      'stays/access-to-cart-from-stays',
    ]);
  });
});
