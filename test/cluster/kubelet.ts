import { ApiError, type Client, type KubeObject } from './client';
import { until } from './install';

let lastAddress = 0;

/** A pod address that no other pod of this test file has. */
export function nextPodAddress(): string {
  lastAddress += 1;
  return `10.${64 + (lastAddress >> 16)}.${(lastAddress >> 8) & 255}.${lastAddress & 255}`;
}

/**
 * Says that a pod runs, as a kubelet would: it is on a node, has an address, and is ready.
 */
export async function runPod(api: Client, pod: KubeObject, ip = nextPodAddress()): Promise<KubeObject> {
  return api.merge(
    pod,
    {
      status: {
        phase: 'Running',
        podIP: ip,
        podIPs: [{ ip }],
        hostIP: '192.0.2.1',
        conditions: [
          { type: 'Ready', status: 'True' },
          { type: 'ContainersReady', status: 'True' },
        ],
      },
    },
    '/status',
  );
}

/**
 * Makes what the controller manager and a kubelet would make of a Deployment that was created: a ReplicaSet, and running
 * pods that it owns, named by their number.
 */
export async function runDeployment(
  api: Client,
  deployment: KubeObject,
  { hash = '5f4d', firstPod = 0 }: { readonly hash?: string; readonly firstPod?: number } = {},
): Promise<KubeObject[]> {
  const { name, namespace } = deployment.metadata;
  const template = withHash(deployment.spec.template as KubeObject, hash);
  const replicaSet = await api.create({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels: template.metadata.labels,
      ownerReferences: [ownerReference(deployment)],
    },
    spec: {
      replicas: deployment.spec.replicas,
      selector: { matchLabels: { ...deployment.spec.selector.matchLabels, 'pod-template-hash': hash } },
      template,
    },
  });
  return runPods(api, replicaSet, { count: Number(deployment.spec.replicas ?? 1), firstPod });
}

/** Makes running pods of an owner with a pod template: a ReplicaSet, StatefulSet, DaemonSet or Job. */
export async function runPods(
  api: Client,
  owner: KubeObject,
  { count = 1, firstPod = 0 }: { readonly count?: number; readonly firstPod?: number } = {},
): Promise<KubeObject[]> {
  const { namespace, name } = owner.metadata;
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const { metadata = {}, spec } = owner.spec.template as KubeObject;
      const pod = await api.create({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: {
          ...metadata,
          creationTimestamp: undefined,
          name: `${name}-${firstPod + index}`,
          namespace,
          ownerReferences: [ownerReference(owner)],
        },
        spec: { terminationGracePeriodSeconds: 0, ...spec, nodeName: 'node' },
      });
      return runPod(api, pod);
    }),
  );
}

/** The pods of an owner are replaced by others, as a rollout or an eviction does. */
export async function replacePods(
  api: Client,
  pods: readonly KubeObject[],
  owner: KubeObject,
): Promise<KubeObject[]> {
  await Promise.all(pods.map((pod) => deletePod(api, pod)));
  return runPods(api, owner, { count: pods.length, firstPod: pods.length });
}

/** Deletes a pod at once, without the kubelet that would confirm it. */
export async function deletePod(api: Client, pod: KubeObject): Promise<void> {
  await api.send('DELETE', `${await api.pathOf(pod)}?gracePeriodSeconds=0`);
}

/** How an object says that it is the controller of another. */
export function ownerReference(owner: KubeObject): KubeObject {
  const { apiVersion, kind, metadata } = owner;
  return {
    apiVersion,
    kind,
    name: metadata.name,
    uid: metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

function withHash(template: KubeObject, hash: string): KubeObject {
  const labels = { ...template.metadata?.labels, 'pod-template-hash': hash };
  return { ...template, metadata: { ...template.metadata, creationTimestamp: undefined, labels } };
}

/** A pod of nobody, which ends at once when its namespace does. */
export async function runBarePod(api: Client, namespace: string, name: string): Promise<void> {
  const pod: KubeObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { app: name } },
    spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: 'example.test/app' }] },
  };
  await until(() =>
    api.create(pod).then(
      () => true,
      // The service account of a new namespace comes a moment later.
      (error: unknown) => !(error instanceof ApiError && error.code === 403),
    ),
  );
}
