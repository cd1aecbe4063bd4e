import { createApiClient } from '../../src/controller/api/api-client';
import { connect } from '../../src/controller/api/kube-config';
import { FIELD_MANAGER, startReplica } from '../../src/controller/start-replica';
import { compileResources } from '../../src/proof/compile-resources';
import { readLive } from '../../src/sources/live/read-live';
import { deployment, INTENTS } from './calling-shop';
import { ControlPlane } from './control-plane';
import type { KubeObject } from './client';
import { installCrds, makeNamespace, sleep, until } from './install';
import { runDeployment } from './kubelet';

const COMPILE = {
  options: { profile: 'otterize' },
  reachabilityOptions: {},
  dialect: 'kubernetes',
} as const;

describe('a controller in place of the operator of Otterize', () => {
  let plane: ControlPlane;
  const end = new AbortController();
  let running: Promise<void> | undefined;
  const log: string[] = [];

  beforeAll(async () => {
    plane = await ControlPlane.start();
    await installCrds(plane.api);
    for (const name of ['shop', 'otterize-system']) await makeNamespace(plane.api, name);
    for (const name of ['client', 'server']) {
      await runDeployment(plane.api, await plane.api.create(deployment(name)));
    }
    await plane.api.create(INTENTS);
  });
  afterAll(async () => {
    end.abort();
    await running;
    await plane.stop();
  });

  const policies = (): Promise<KubeObject[]> =>
    plane.api.list('/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies');
  const pods = (): Promise<KubeObject[]> => plane.api.list('/api/v1/namespaces/shop/pods');
  const ownLabels = (pod: KubeObject): string[] =>
    Object.keys(pod.metadata.labels as object).filter((key) => key.startsWith('intents.otterize.com/'));

  /** What the operator leaves: policies and labels of pods, by its own manager. */
  async function operate(): Promise<void> {
    const connection = await connect({ kubeconfig: plane.kubeconfig(plane.token('admin')) });
    const api = createApiClient({ connection, component: 'test' });
    const { resources } = await readLive(api, { context: 'test' });
    const compiled = compileResources(resources, COMPILE);
    for (const { manifest } of compiled.policies) await plane.api.create(manifest, '?fieldManager=manager');
    for (const { kind, manifest } of compiled.changed) {
      if (kind !== 'Deployment') continue;
      const object: KubeObject = manifest;
      const { labels } = object['spec'].template.metadata;
      for (const pod of (await pods()).filter(({ metadata }) => metadata.labels.app === labels.app)) {
        const path = `/api/v1/namespaces/shop/pods/${pod.metadata.name}?fieldManager=manager`;
        await plane.api.send('PATCH', path, { metadata: { labels } }, 'application/merge-patch+json');
      }
    }
  }

  const crds = (): Promise<KubeObject[]> =>
    plane.api.list('/apis/apiextensions.k8s.io/v1/customresourcedefinitions');
  const converters = async (): Promise<unknown[]> =>
    (await crds()).map(({ spec }) => spec.conversion.webhook.clientConfig.service?.name);

  it('waits until the operator is gone, then takes over what it left, and touches neither policies nor pods', async () => {
    await operate();
    for (const { metadata } of await crds()) {
      const crd = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata };
      const service = { namespace: 'otterize-system', name: 'the-operators', path: '/convert', port: 443 };
      const clientConfig = { service, caBundle: null };
      await plane.api.merge(crd, { spec: { conversion: { webhook: { clientConfig } } } });
    }
    const operator = await plane.api.create(
      deployment('intents-operator-controller-manager', {
        namespace: 'otterize-system',
        image: 'otterize/intents-operator:v3',
      }),
    );
    const before = { policies: await policies(), pods: await pods() };
    expect(before.policies).toHaveLength(1);
    running = startReplica(
      {
        access: { kubeconfig: plane.kubeconfig(plane.token('admin')) },
        compile: COMPILE,
        dryRun: false,
        finalizers: true,
        takeOver: true,
        leaderElect: false,
        period: 1_000,
        webhook: {
          service: { namespace: 'otterize-system', name: 'ours', port: 443 },
          secret: 'ours-tls',
          address: { host: '127.0.0.1', port: 0 },
        },
        log: { level: 'info', format: 'text', write: (line) => log.push(line) },
      },
      end.signal,
    );
    await until(() => log.some((line) => line.includes('is not scaled to zero')));
    expect((await policies())[0]!.metadata.resourceVersion).toBe(
      before.policies[0]!.metadata.resourceVersion,
    );
    await until(() => log.some((line) => line.includes('converts versions')));
    await sleep(1_500);
    // Versions are converted by the operator for as long as it runs.
    expect(await converters()).toEqual(['the-operators', 'the-operators']);
    await plane.api.merge(operator, { spec: { replicas: 0 } });
    await until(() => log.some((line) => line.includes('everything was listed')));
    await until(async () => (await converters()).every((name) => name === 'ours'));
    await until(async () => {
      const [intents] = await plane.api.list('/apis/k8s.otterize.com/v2alpha1/clientintents');
      return (intents?.status?.conditions as KubeObject[] | undefined)?.length !== undefined;
    });
    const [policy] = await policies();
    const [old] = before.policies;
    expect(policy!.metadata.uid).toBe(old!.metadata.uid);
    expect(policy!.spec).toEqual(old!.spec);
    expect(policy!.metadata.generation).toBe(old!.metadata.generation);
    expect(policy!.metadata.managedFields.map(({ manager }: KubeObject) => manager)).toEqual([FIELD_MANAGER]);
    expect((await pods()).map(({ metadata }) => metadata.resourceVersion)).toEqual(
      before.pods.map(({ metadata }) => metadata.resourceVersion),
    );
  });

  it('pauses when the operator is scaled up again, and goes on when it is gone', async () => {
    const operator = deployment('intents-operator-controller-manager', { namespace: 'otterize-system' });
    const [policy] = await policies();
    await plane.api.merge(operator, { spec: { replicas: 1 } });
    await until(() => log.some((line) => line.includes('pauses: nothing is written')));
    await plane.api.send(
      'DELETE',
      `/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/${policy!.metadata.name}`,
    );
    await sleep(1_500);
    expect(await policies()).toEqual([]);
    await plane.api.merge(operator, { spec: { replicas: 0 } });
    await until(async () => (await policies()).length === 1, { what: log.join('') });
  });

  it('watches a kind that is installed while it runs', async () => {
    const [group, plural] = ['argoproj.io', 'rollouts'];
    const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
    await plane.api.create({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${plural}.${group}` },
      spec: {
        group,
        scope: 'Namespaced',
        names: { plural, kind: 'Rollout', singular: 'rollout' },
        versions: [{ name: 'v1alpha1', served: true, storage: true, schema }],
      },
    });
    const isWatched = (): boolean =>
      plane.requests().some(({ verb, resource }) => verb === 'watch' && resource === plural);
    await until(isWatched, { every: 200, what: log.slice(-5).join('') });
  });

  it('takes off all of it when the intents go', async () => {
    await plane.api.delete(INTENTS);
    await until(async () => (await policies()).length === 0);
    await until(async () =>
      (await pods()).every((pod) => !ownLabels(pod).some((key) => key.includes('/access-'))),
    );
  });
});
