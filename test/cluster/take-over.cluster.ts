import { createApiClient } from '../../src/controller/api/api-client';
import { SYSTEM_CLOCK } from '../../src/controller/api/clock';
import { connect } from '../../src/controller/api/kube-config';
import { NETWORK_POLICIES } from '../../src/controller/api/known-resources';
import type { KubernetesApi } from '../../src/controller/api/kubernetes-api';
import { printPlan } from '../../src/cli/controller-plan';
import { compileResources } from '../../src/proof/compile-resources';
import { findOperator, OPERATOR_LEASE, refusal } from '../../src/controller/takeover/running-operator';
import { takeOver } from '../../src/controller/takeover/take-over';
import { readLive } from '../../src/sources/live/read-live';
import { fakeTerminal } from '../cli/cli-run';
import { parseChecked } from '../cli/json-schema';
import { deployment, INTENTS } from './calling-shop';
import { ControlPlane } from './control-plane';
import type { KubeObject } from './client';
import { installCrds, makeNamespace } from './install';
import { runDeployment } from './kubelet';

const OWN = 'cdk8s-intents';
const COMPILE = {
  options: { profile: 'otterize' },
  reachabilityOptions: {},
  dialect: 'kubernetes',
} as const;

describe('taking over from the operator of Otterize', () => {
  let plane: ControlPlane;
  let api: KubernetesApi;

  beforeAll(async () => {
    plane = await ControlPlane.start();
    await installCrds(plane.api);
    await makeNamespace(plane.api, 'shop');
    await makeNamespace(plane.api, 'otterize-system');
    for (const name of ['client', 'server']) {
      await runDeployment(plane.api, await plane.api.create(deployment(name)));
    }
    await plane.api.create(INTENTS);
    const connection = await connect({ kubeconfig: plane.kubeconfig(plane.token('admin')) });
    api = createApiClient({ connection, component: 'test', fieldManager: OWN });
  });
  afterAll(() => plane.stop());

  /** Writes what the operator would: policies and labels of pods, under its own name and without server-side apply. */
  async function operate(manager: string): Promise<KubeObject[]> {
    const { resources } = await readLive(api, { context: 'test' });
    const { policies, changed } = compileResources(resources, COMPILE);
    const made = await Promise.all(
      policies.map(({ manifest }) => plane.api.create(manifest, `?fieldManager=${manager}`)),
    );
    for (const { kind, manifest } of changed) {
      if (kind !== 'Deployment') continue;
      const object: KubeObject = manifest;
      const { labels } = object['spec'].template.metadata;
      const pods = await plane.api.list(`/api/v1/namespaces/shop/pods?labelSelector=app=${labels.app}`);
      for (const { metadata } of pods) {
        await plane.api.send(
          'PATCH',
          `/api/v1/namespaces/shop/pods/${metadata.name}?fieldManager=${manager}`,
          { metadata: { labels } },
          'application/merge-patch+json',
        );
      }
    }
    return made;
  }

  async function plan(
    output: 'text' | 'json' = 'json',
  ): Promise<{ readonly code: number; readonly out: string }> {
    const terminal = fakeTerminal();
    const code = await printPlan(
      { api, context: 'test', clock: SYSTEM_CLOCK, fieldManager: OWN, compile: COMPILE, output },
      terminal,
    );
    return { code, out: terminal.written.out };
  }

  it('reads the cluster in the version of the intents that can be had', async () => {
    const { resources, findings } = await readLive(api, { context: 'test' });
    expect(findings).toEqual([]);
    expect(resources.filter(({ kind }) => kind === 'ClientIntents')).toMatchObject([
      {
        version: 'v2alpha1',
        place: { live: 'clientintents.k8s.otterize.com/client -n shop --context test' },
      },
    ]);
    expect(resources.some(({ kind }) => kind === 'Secret' || kind === 'ConfigMap')).toBe(false);
  });

  it('plans what is to be made in a cluster where nobody did it yet, and which connections that changes', async () => {
    const { code, out } = await plan();
    const report: any = parseChecked('controller-plan', out);
    expect(code).toBe(1);
    expect(report.policies).toEqual([
      { action: 'create', object: expect.stringContaining('NetworkPolicy/shop/server'), fields: [] },
    ]);
    expect(report.labels.map(({ owner, objects }: any) => [owner, objects])).toEqual([
      ['Deployment/shop/client', 2],
      ['Deployment/shop/server', 2],
    ]);
    expect(report.isolation).toMatchObject([{ workload: 'shop/server[Deployment]', change: 'isolated' }]);
    expect(report.rolls).toEqual([]);
    expect((await plan('text')).out).toMatch(
      /^The controller would create 1 policy, change the labels of 4 objects; 0 policies are as wanted\n/,
    );
  });

  it('changes nothing of what the operator made, and then owns it alone', async () => {
    const [before] = await operate('manager');
    const report: any = parseChecked('controller-plan', (await plan()).out);
    expect([report.policies, report.labels, report.unchanged]).toEqual([[], [], 1]);
    expect(report.takenOver).toEqual([{ namespace: 'shop', name: before!.metadata.name, from: ['manager'] }]);
    expect((await plan()).code).toBe(0);

    expect(await takeOver({ api, fieldManager: OWN })).toHaveLength(1);
    const path = await plane.api.pathOf(before!);
    const after = await plane.api.get(path);
    expect(after.metadata.uid).toBe(before!.metadata.uid);
    expect([after.spec, after.metadata.labels]).toEqual([before!.spec, before!.metadata.labels]);
    expect(after.metadata.managedFields.map(({ manager, operation }: any) => [manager, operation])).toEqual([
      [OWN, 'Apply'],
    ]);
    expect(await takeOver({ api, fieldManager: OWN })).toEqual([]);

    // What is no longer given goes: with force alone it would stay, as a field of both.
    const { managedFields: _, ...metadata } = after.metadata;
    const applied = await api.apply(
      NETWORK_POLICIES,
      {
        metadata: { name: metadata.name, namespace: 'shop', labels: metadata.labels },
        spec: { podSelector: after.spec.podSelector, policyTypes: ['Ingress'] },
      },
      { force: true },
    );
    expect(applied['spec']).toEqual({ podSelector: after.spec.podSelector, policyTypes: ['Ingress'] });
    await plane.api.delete(after);
  });

  it('leaves to people and their tools what they wrote', async () => {
    const [policy] = await operate('kubectl-client-side-apply');
    expect(await takeOver({ api, fieldManager: OWN })).toEqual([]);
    await plane.api.delete(policy!);
  });

  it('plans to mend what was changed by hand, and to delete what no intent wants', async () => {
    const [policy] = await operate('manager');
    await plane.api.merge(policy!, { spec: { ingress: [{}] } });
    await plane.api.create({
      ...policy!,
      metadata: { name: 'left-over', namespace: 'shop', labels: policy!.metadata.labels },
    });
    const report: any = parseChecked('controller-plan', (await plan()).out);
    expect(report.policies).toEqual([
      { action: 'delete', object: 'NetworkPolicy/shop/left-over', fields: [] },
      { action: 'change', object: `NetworkPolicy/shop/${policy!.metadata.name}`, fields: ['spec.ingress'] },
    ]);
    expect(report.removed.length).toBeGreaterThan(0);
  });

  it('refuses to start while the operator runs: by its pods where it elects nobody, which is its default', async () => {
    const search = { api, clock: SYSTEM_CLOCK };
    expect(await findOperator(search)).toEqual({ evidence: [], unseen: [] });
    const operator = deployment('intents-operator-controller-manager');
    operator['metadata'].namespace = 'otterize-system';
    operator['spec'].template.spec.containers[0].image = 'registry.example/otterize/intents-operator:v3.0.19';
    const pods = await runDeployment(plane.api, await plane.api.create(operator));
    expect((await findOperator(search)).evidence).toEqual([
      'the Deployment otterize-system/intents-operator-controller-manager is not scaled to zero',
    ]);
    expect((await plan('text')).out).toContain('The controller would refuse to start.');
    await plane.api.merge(operator, { spec: { replicas: 0 } });
    expect(refusal(await findOperator(search))).toMatch(/the pod otterize-system\/\S+ is still running/);
    for (const pod of pods) await plane.api.delete(pod);
    for (const pod of pods)
      await plane.api
        .send('DELETE', await plane.api.pathOf(pod), { gracePeriodSeconds: 0 })
        .catch(() => undefined);
    expect(refusal(await findOperator(search))).toBeUndefined();
  });

  it('finds an operator under an image of another name by its settings, and takes no other part of Otterize for it', async () => {
    const search = { api, clock: SYSTEM_CLOCK };
    const settings = ['OTTERIZE_ENFORCEMENT_DEFAULT_STATE', 'OTTERIZE_API_ADDRESS'];
    for (const [index, name] of settings.entries()) {
      const mirrored = deployment(`mirrored-${index}`);
      mirrored['metadata'].namespace = 'otterize-system';
      const [container] = mirrored['spec'].template.spec.containers;
      Object.assign(container, { image: 'mirror.example/otz:1', env: [{ name, value: 'x' }] });
      await plane.api.create(mirrored);
    }
    expect((await findOperator(search)).evidence).toEqual([
      'the Deployment otterize-system/mirrored-0 is not scaled to zero',
    ]);
    for (const [index] of settings.entries()) {
      await plane.api.send(
        'DELETE',
        `/apis/apps/v1/namespaces/otterize-system/deployments/mirrored-${index}`,
      );
    }
    expect((await findOperator(search)).evidence).toEqual([]);
  });

  it('refuses to start while the operator holds its lease, and not once it is left behind', async () => {
    const search = { api, clock: SYSTEM_CLOCK };
    const lease = await plane.api.create({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: OPERATOR_LEASE, namespace: 'otterize-system' },
      spec: {
        holderIdentity: 'operator-1',
        leaseDurationSeconds: 1,
        renewTime: new Date().toISOString().replace('Z', '000Z'),
      },
    });
    expect((await findOperator(search)).evidence[0]).toContain('operator-1 holds the Lease otterize-system/');
    await plane.api.merge(lease, { spec: { renewTime: '2020-01-01T00:00:00.000000Z' } });
    expect((await findOperator(search)).evidence).toEqual([]);
    // A clock that goes wrong says nothing: what counts is that it is renewed.
    const looking = findOperator(search);
    setTimeout(() => {
      void plane.api.merge(lease, { spec: { renewTime: '2020-01-01T00:00:02.000000Z' } });
    }, 500);
    expect((await looking).evidence[0]).toContain('and renews it');
    await plane.api.merge(lease, { spec: { holderIdentity: '' } });
    expect((await findOperator(search)).evidence).toEqual([]);
  });

  it('says what it could not look at where rights are few', async () => {
    const user = await connect({
      kubeconfig: plane.kubeconfig(await plane.serviceAccountToken('shop', await makeAccount(plane))),
    });
    const few = createApiClient({ connection: user, component: 'test' });
    const state = await findOperator({ api: few, clock: SYSTEM_CLOCK, namespaces: ['shop'] });
    expect(state.evidence).toEqual([]);
    expect(state.unseen).toContain('leases of the cluster');
    expect(state.unseen).not.toContain('deployments in shop');
  });
});

/** An account that may list Deployments of one namespace and nothing else. */
async function makeAccount(plane: ControlPlane): Promise<string> {
  await plane.api.create({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'few', namespace: 'shop' },
  });
  await plane.api.create({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'few', namespace: 'shop' },
    rules: [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['list'] }],
  });
  await plane.api.create({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'few', namespace: 'shop' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'few' },
    subjects: [{ kind: 'ServiceAccount', name: 'few', namespace: 'shop' }],
  });
  return 'few';
}
