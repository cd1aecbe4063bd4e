import type { KubernetesApi } from '../../../src/controller/api/kubernetes-api';
import { DEPLOYMENTS, PODS } from '../../../src/controller/api/known-resources';
import { findOperator } from '../../../src/controller/takeover/running-operator';
import type { JsonObject } from '../../../src/model/json';
import { ManualClock } from '../manual-clock';

interface Described {
  readonly name?: string;
  readonly image?: string;
  readonly account?: string;
  readonly env?: readonly string[];
  readonly replicas?: number;
}

function deployment({
  name = 'some',
  image = 'mirror.test/app:1',
  account,
  env = [],
  replicas = 1,
}: Described) {
  const variables = env.map((one): JsonObject => ({ name: one, value: 'true' }));
  const spec: JsonObject = {
    ...(account === undefined ? {} : { serviceAccountName: account }),
    containers: [{ name: 'main', image, env: variables }],
  };
  return {
    metadata: { name, namespace: 'tools' },
    spec: { replicas, template: { spec } },
  } satisfies JsonObject;
}

/** A cluster of these Deployments, which gives no list as a whole: what came of each object is kept. */
function cluster(deployments: readonly JsonObject[], pods: readonly JsonObject[] = []) {
  const kept: unknown[] = [];
  const api: Pick<KubernetesApi, 'listAs'> = {
    listAs: (resource, project) => {
      const items = (resource === DEPLOYMENTS ? deployments : resource === PODS ? pods : []).map(project);
      kept.push(...items.filter((item) => item !== undefined));
      return Promise.resolve({ items, resourceVersion: '1' });
    },
  };
  return { search: { api: api as KubernetesApi, clock: new ManualClock() }, kept };
}

describe("looking for Otterize's operator", () => {
  it.each<[string, Described]>([
    ['its image', { image: 'registry.test/otterize/intents-operator:v3.0.19' }],
    ['a setting that nothing else reads', { env: ['OTTERIZE_ENABLE_NETWORK_POLICY_CREATION'] }],
    ['the name that its chart gives it', { name: 'intents-operator-controller-manager' }],
    ['the name of a release before that', { name: 'prod-intents-operator-controller-manager' }],
    ['its account', { account: 'intents-operator-controller-manager' }],
  ])('finds it by %s', async (_, described) => {
    const { search } = cluster([deployment({}), deployment({ name: 'tools', ...described })]);
    expect((await findOperator(search)).evidence).toEqual([
      `the Deployment tools/${described.name ?? 'tools'} is not scaled to zero`,
    ]);
  });

  it.each<[string, Described]>([
    [
      'its webhook server',
      { name: 'intents-operator-webhook-server', image: 'o/intents-operator-webhook-server:1' },
    ],
    ['one that is scaled to zero', { name: 'intents-operator-controller-manager', replicas: 0 }],
    ['the controller itself', { name: 'intents-controller', image: 'x/cdk8s-intents:0.1.0' }],
    ['a name with more behind it', { name: 'intents-operator-dashboard' }],
  ])('does not take %s for it', async (_, described) => {
    expect((await findOperator(cluster([deployment(described)]).search)).evidence).toEqual([]);
  });

  it('keeps of all Deployments of a cluster only those that are one', async () => {
    const many = Array.from({ length: 1_000 }, (__, at) => deployment({ name: `d${at}` }));
    const { search, kept } = cluster([
      ...many,
      deployment({ account: 'intents-operator-controller-manager' }),
    ]);
    await findOperator(search);
    expect(kept).toHaveLength(1);
  });

  it('finds pods that still run once it is scaled to zero', async () => {
    const { spec } = deployment({ account: 'intents-operator-controller-manager' }).spec.template;
    const pod = (name: string, phase: string): JsonObject => ({
      metadata: { name, namespace: 'tools' },
      spec,
      status: { phase },
    });
    const { search } = cluster(
      [deployment({ account: 'intents-operator-controller-manager', replicas: 0 })],
      [pod('runs', 'Running'), pod('ended', 'Succeeded')],
    );
    expect((await findOperator(search)).evidence).toEqual(['the pod tools/runs is still running']);
  });
});
