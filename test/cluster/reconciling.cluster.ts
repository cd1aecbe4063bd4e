import { deployment } from './calling-shop';
import { ControlPlane } from './control-plane';
import { installCrds, makeNamespace, until } from './install';
import { runDeployment } from './kubelet';
import { projectClient, type ProjectClient } from './project-client';
import { SYSTEM_CLOCK } from '../../src/controller/api/clock';
import { Controller } from '../../src/controller/controller';
import { discoverKinds } from '../../src/controller/observed/watched-kinds';
import { identity } from '../../src/intents/identity';
import type { Drift } from '../../src/controller/controller-hooks';

const INTENTS = '/apis/k8s.otterize.com/v2alpha1/namespaces/shop/clientintents';
const POLICIES = '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies';

describe('a controller before a real API server', () => {
  let plane: ControlPlane;
  let client: ProjectClient;
  let controller: Controller;
  const drifts: Drift[] = [];

  beforeAll(async () => {
    plane = await ControlPlane.start();
    await installCrds(plane.api);
    await makeNamespace(plane.api, 'shop');
    for (const name of ['web', 'cart']) {
      await runDeployment(plane.api, await plane.api.create(deployment(name, { image: 'x', port: 8080 })));
    }
    await plane.api.create({
      apiVersion: 'k8s.otterize.com/v2alpha1',
      kind: 'ClientIntents',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { workload: { name: 'web' }, targets: [{ kubernetes: { name: 'cart' } }] },
    });
    client = projectClient(plane, { fieldManager: 'intents-controller' });
    controller = new Controller({
      api: client.api,
      clock: SYSTEM_CLOCK,
      random: Math.random,
      fieldManager: 'intents-controller',
      kinds: await discoverKinds(client.api),
      settings: { options: {}, reachabilityOptions: {}, dialect: 'kubernetes' },
      instance: 'test',
      hooks: { onDrift: (drift) => drifts.push(drift) },
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

  it('writes policies and labels, and says in the status that they are there', async () => {
    const [policy] = await plane.api.list(POLICIES);
    expect(policy?.spec).toEqual({
      podSelector: { matchLabels: { 'intents.otterize.com/server': identity('cart', 'shop') } },
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: [
            {
              podSelector: {
                matchLabels: { [`intents.otterize.com/access-${identity('cart', 'shop')}`]: 'true' },
              },
              namespaceSelector: { matchLabels: { 'intents.otterize.com/namespace-name': 'shop' } },
            },
          ],
        },
      ],
    });
    const intents = await plane.api.get(`${INTENTS}/web`);
    expect(intents.status).toMatchObject({ upToDate: true, observedGeneration: 1, enforced: '1/1' });
    expect(intents.metadata.finalizers).toEqual(['k8s.otterize.com/cdk8s-intents']);
  });

  it('writes nothing while nothing changes', async () => {
    const before = plane
      .requests()
      .filter(({ userAgent, verb }) => userAgent.includes('under-test') && verb !== 'watch').length;
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const after = plane
      .requests()
      .filter(({ userAgent, verb }) => userAgent.includes('under-test') && verb !== 'watch');
    expect(after.slice(before)).toEqual([]);
  });

  it('repairs a policy that was edited or deleted, and says by whom', async () => {
    const [policy] = await plane.api.list(POLICIES);
    await plane.api.send(
      'PATCH',
      `${POLICIES}/${policy?.metadata.name}?fieldManager=kubectl-edit`,
      { spec: { ingress: [{}] } },
      'application/merge-patch+json',
    );
    await until(() => drifts.length === 1);
    await controller.whenIdle();
    expect((await plane.api.list(POLICIES))[0]?.spec).toEqual(policy?.spec);
    expect(drifts[0]).toEqual({
      object: `NetworkPolicy/shop/${policy?.metadata.name}`,
      what: 'spec.ingress',
      by: 'kubectl-edit',
      repaired: true,
    });
    await plane.api.send('DELETE', `${POLICIES}/${policy?.metadata.name}`);
    await until(() => drifts.length === 2);
    await controller.whenIdle();
    expect((await plane.api.list(POLICIES))[0]?.spec).toEqual(policy?.spec);
    await until(async () =>
      (await plane.api.list('/api/v1/namespaces/shop/events')).some(
        ({ reason, message }) => reason === 'DriftRepaired' && message.includes('kubectl-edit'),
      ),
    );
  });

  it('leaves nothing behind when intents are deleted', async () => {
    await plane.api.send('DELETE', `${INTENTS}/web`);
    await until(async () => (await plane.api.list(INTENTS)).length === 0);
    expect(await plane.api.list(POLICIES)).toEqual([]);
    for (const pod of await plane.api.list('/api/v1/namespaces/shop/pods'))
      expect(Object.keys(pod.metadata.labels).filter((key) => key.startsWith('intents.'))).toEqual([]);
  });
});
