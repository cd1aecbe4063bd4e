import { ApiError, type KubeObject } from './client';
import { ControlPlane } from './control-plane';
import { installCrds, makeNamespace, sleep, until } from './install';
import { install } from './installation';
import { runBarePod } from './kubelet';
import { Replica } from './replica';
import { intents } from './scene';

jest.setTimeout(240_000);

const POLICIES_IN_BILLING = '/apis/networking.k8s.io/v1/namespaces/billing/networkpolicies';
const FINALIZER = 'k8s.otterize.com/cdk8s-intents';

const PROTECTED: KubeObject = {
  apiVersion: 'k8s.otterize.com/v2alpha1',
  kind: 'ProtectedService',
  metadata: { name: 'cart', namespace: 'billing' },
  spec: { name: 'cart' },
};

describe('a controller for some namespaces, with the Roles of its installation, which lie in these namespaces', () => {
  let plane: ControlPlane;
  let replica: Replica;
  let args: string[];
  let kubeconfig: string;

  beforeAll(async () => {
    plane = await ControlPlane.start({ controllerManager: true });
    // Kubernetes deletes what a namespace holds in the version that it prefers, which somebody has to convert.
    await installCrds(plane.api, { strategy: 'None' });
    for (const name of ['intents', 'shop', 'billing']) await makeNamespace(plane.api, name);
    for (const namespace of ['shop', 'billing'])
      for (const name of ['frontend', 'cart']) await runBarePod(plane.api, namespace, name);
    for (const namespace of ['shop', 'billing']) await declare(namespace, []);
    // As a controller for the whole cluster, or one of before, has left it.
    await plane.api.merge(named('billing'), { metadata: { finalizers: [FINALIZER, 'example.com/kept'] } });
    await plane.api.create({
      ...PROTECTED,
      metadata: { ...PROTECTED['metadata'], finalizers: [FINALIZER] },
    });
    ({ args } = await install(plane, { namespaces: ['shop', 'billing'] }));
    kubeconfig = plane.kubeconfig(await plane.serviceAccountToken('intents', 'intents-controller'));
    replica = await Replica.start(args, kubeconfig);
    await replica.ready();
    await until(async () => (await policies()).length === 3, { what: `policies: ${replica.log}` });
  });
  afterAll(async () => {
    await replica.end('SIGKILL');
    await plane.stop();
  });

  const named = (namespace: string): KubeObject => ({
    apiVersion: 'k8s.otterize.com/v2alpha1',
    kind: 'ClientIntents',
    metadata: { name: 'frontend', namespace },
  });
  const policies = (): Promise<KubeObject[]> =>
    plane.api
      .list('/apis/networking.k8s.io/v1/networkpolicies?labelSelector=app!=intents-controller')
      .then((found) => found.filter(({ metadata }) => metadata.namespace !== 'intents'));

  async function declare(namespace: string, finalizers: string[]): Promise<void> {
    const { spec } = intents('frontend', { kubernetes: { name: 'cart' } });
    const metadata = { name: 'frontend', namespace, finalizers };
    await plane.api.create({
      ...named(namespace),
      metadata,
      spec: { ...spec, workload: { name: 'frontend' } },
    });
  }

  async function isGone(namespace: string): Promise<boolean> {
    return plane.api.get(`/api/v1/namespaces/${namespace}`).then(
      () => false,
      (error: unknown) => error instanceof ApiError && error.code === 404,
    );
  }

  it('has none on intents, and takes off one of before', async () => {
    const finalizers = async (namespace: string): Promise<unknown> =>
      (await plane.api.get(await plane.api.pathOf(named(namespace)))).metadata.finalizers;
    await until(async () => JSON.stringify(await finalizers('billing')) === '["example.com/kept"]', {
      what: replica.log,
    });
    expect(await finalizers('shop')).toBeUndefined();
    await plane.api.merge(named('billing'), { metadata: { finalizers: null } });
  });

  it('has the rights over ProtectedServices and Events that it needs, and no more is refused', async () => {
    const protection = async (): Promise<KubeObject> => plane.api.get(await plane.api.pathOf(PROTECTED));
    await until(async () => (await protection()).metadata.finalizers === undefined, { what: replica.log });
    await until(async () => (await protection()).status?.conditions?.[0]?.status === 'True', {
      what: replica.log.slice(-3000),
    });
    // Before that it puts everything right once, and tells nobody of it.
    await sleep(1_000);
    const access = (await policies()).find(
      ({ metadata }) => metadata.namespace === 'billing' && metadata.name.startsWith('access-to'),
    );
    await plane.api.send('DELETE', `${POLICIES_IN_BILLING}/${access?.metadata.name}`);
    await until(
      async () =>
        (await plane.api.list('/api/v1/namespaces/billing/events')).some(
          ({ reason }) => reason === 'DriftRepaired',
        ),
      { what: `an Event: ${replica.log.slice(-3000)}` },
    );
    const own = plane.requests().filter(({ userAgent }) => userAgent === 'cdk8s-intents/controller');
    const refused = own.filter(
      ({ code, namespace }) => code === 403 && ['shop', 'billing', 'intents'].includes(namespace),
    );
    expect(refused.map(({ verb, resource, namespace }) => [verb, resource, namespace])).toEqual([]);
  });

  it('never keeps a namespace with intents from going, though its rights there go first', async () => {
    // What Kubernetes does in whatever order it likes, in the worst one.
    const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/shop';
    await plane.api.send('DELETE', `${rbac}/rolebindings/intents-controller-intents`);
    await plane.api.send('DELETE', '/api/v1/namespaces/shop');
    await until(() => isGone('shop'), { within: 60_000 }).catch(async () => {
      const { status } = await plane.api.get('/api/v1/namespaces/shop');
      throw new Error(`${JSON.stringify(status.conditions)}\n${replica.log.slice(-3000)}`);
    });
  });

  it('goes on in the others after a restart, takes nothing away there, and says which one it may not see', async () => {
    await replica.end('SIGTERM');
    replica = await Replica.start(args, kubeconfig);
    await replica.ready();
    expect(await replica.readiness()).toContain('[!]may not see namespace shop\n');
    expect(replica.log).toContain('may not be seen, and counts as not there');
    await plane.api.create({
      ...named('billing'),
      metadata: { name: 'cart', namespace: 'billing' },
      spec: { workload: { name: 'cart' }, targets: [{ kubernetes: { name: 'frontend' } }] },
    });
    await until(async () => (await policies()).length === 2, {
      what: `policies: ${replica.log.slice(-3000)}`,
    });
    await until(
      async () =>
        (await plane.api.get(await plane.api.pathOf(named('billing')))).status?.conditions !== undefined,
    );
  });
});
