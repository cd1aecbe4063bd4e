import { deployment } from './calling-shop';
import type { KubeObject } from './client';
import { ControlPlane } from './control-plane';
import { installCrds, makeNamespace, until } from './install';
import { runDeployment } from './kubelet';
import { projectClient, type ProjectClient } from './project-client';
import { SYSTEM_CLOCK } from '../../src/controller/api/clock';
import { Controller } from '../../src/controller/controller';
import { discoverKinds } from '../../src/controller/observed/watched-kinds';
import { ControllerMetrics } from '../../src/controller/operation/metrics';

const INTENTS = '/apis/k8s.otterize.com/v2alpha1/namespaces/shop/clientintents/web';
const EVENTS = '/api/v1/namespaces/shop/events';

/** Nobody of the shop may go anywhere. */
const NO_WAY_OUT: KubeObject = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'no-way-out', namespace: 'shop' },
  spec: { podSelector: {}, policyTypes: ['Egress'] },
};

/** What policies of administrators cut, whatever NetworkPolicies say. */
const ADMIN_DENY: KubeObject = {
  apiVersion: 'policy.networking.k8s.io/v1alpha1',
  kind: 'AdminNetworkPolicy',
  metadata: { name: 'nobody-to-cart' },
  spec: {
    priority: 10,
    subject: { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: 'cart' } } } },
    ingress: [{ name: 'deny', action: 'Deny', from: [{ namespaces: {} }] }],
  },
};

/** As the project of the API serves it, without its schema: the test writes nothing that it would refuse. */
const ADMIN_CRD: KubeObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: {
    name: 'adminnetworkpolicies.policy.networking.k8s.io',
    annotations: {
      'api-approved.kubernetes.io': 'https://github.com/kubernetes-sigs/network-policy-api/pull/30',
    },
  },
  spec: {
    group: 'policy.networking.k8s.io',
    names: {
      plural: 'adminnetworkpolicies',
      singular: 'adminnetworkpolicy',
      kind: 'AdminNetworkPolicy',
      listKind: 'AdminNetworkPolicyList',
    },
    scope: 'Cluster',
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

describe('the proof of what is declared, before a real API server', () => {
  let plane: ControlPlane;
  let client: ProjectClient;
  let controller: Controller;
  const metrics = new ControllerMetrics({ processMetrics: false });

  beforeAll(async () => {
    plane = await ControlPlane.start();
    await installCrds(plane.api);
    await plane.api.create(ADMIN_CRD);
    await makeNamespace(plane.api, 'shop');
    for (const name of ['web', 'cart'])
      await runDeployment(plane.api, await plane.api.create(deployment(name, { image: 'x', port: 8080 })));
    await plane.api.create({
      apiVersion: 'k8s.otterize.com/v2alpha1',
      kind: 'ClientIntents',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { workload: { name: 'web' }, targets: [{ kubernetes: { name: 'cart' } }] },
    });
    client = projectClient(plane, { fieldManager: 'intents-controller' });
    await until(async () =>
      (await discoverKinds(client.api)).some(({ resource }) => resource.kind === 'AdminNetworkPolicy'),
    );
    controller = new Controller({
      api: client.api,
      clock: SYSTEM_CLOCK,
      random: Math.random,
      fieldManager: 'intents-controller',
      kinds: await discoverKinds(client.api),
      settings: { options: { egress: false }, reachabilityOptions: {}, dialect: 'kubernetes' },
      instance: 'test',
      hooks: metrics.hooks,
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

  async function enforced(): Promise<KubeObject | undefined> {
    const { status } = await plane.api.get(INTENTS);
    return (status?.targets?.[0]?.conditions as KubeObject[] | undefined)?.find(
      ({ type }) => type === 'Enforced',
    );
  }

  async function becomes(status: string, within: string): Promise<void> {
    await until(async () => {
      const condition = await enforced();
      return condition?.status === status && String(condition.message).includes(within);
    });
    await controller.whenIdle();
  }

  async function denials(): Promise<string[]> {
    return (await plane.api.list(EVENTS))
      .filter(({ reason }) => reason === 'DeclaredCallDenied')
      .map(({ message }) => String(message));
  }

  const failures = async (): Promise<string | undefined> =>
    (await metrics.print()).split('\n').find((line) => line.startsWith('intents_controller_proof_failures '));

  it('says that a call works under the policies that are there', async () => {
    await becomes('True', 'let through');
    expect(await failures()).toBe('intents_controller_proof_failures 0');
  });

  it.each([
    ['a NetworkPolicy', NO_WAY_OUT, 'no-way-out'],
    ['an AdminNetworkPolicy', ADMIN_DENY, 'nobody-to-cart'],
  ])('says that %s of somebody else cuts a declared call, and that it is gone', async (_, policy, name) => {
    await plane.api.create(policy);
    await becomes('False', name);
    expect(await enforced()).toMatchObject({ reason: 'DeclaredCallDenied' });
    await until(async () => (await denials()).some((message) => message.includes(name)));
    await until(async () => (await failures()) === 'intents_controller_proof_failures 1');
    const { status } = await plane.api.get(INTENTS);
    expect((status.conditions as KubeObject[]).find(({ type }) => type === 'Ready')?.status).toBe('False');
    await plane.api.delete(policy);
    await becomes('True', 'let through');
    await until(async () => (await failures()) === 'intents_controller_proof_failures 0');
  });

  it('writes nothing for policies that cut nothing declared', async () => {
    const before = plane.requests().length;
    await plane.api.create({
      ...NO_WAY_OUT,
      metadata: { name: 'others', namespace: 'shop' },
      spec: { podSelector: { matchLabels: { app: 'nobody' } }, policyTypes: ['Egress', 'Ingress'] },
    });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const ours = plane
      .requests()
      .slice(before)
      .filter(({ userAgent, verb }) => userAgent.includes('under-test') && verb !== 'watch');
    expect(ours).toEqual([]);
  });
});
