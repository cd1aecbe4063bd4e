import { type Client, type KubeObject } from '../test/cluster/client';
import { ownerReference } from '../test/cluster/kubelet';

/** How large a cluster is. */
export interface WorldSize {
  readonly namespaces: number;
  readonly deploymentsPerNamespace: number;
  readonly podsPerDeployment: number;
  /** Intents per namespace; each names two servers. */
  readonly intentsPerNamespace: number;
  /** Whether every call is part of a circle, through the last namespace and app back to the first, or none is. */
  readonly calls?: 'rings' | 'layers' | undefined;
}

/** 100 pods: 10 Deployments in two namespaces. */
export const SMALL_SIZE: WorldSize = {
  namespaces: 2,
  deploymentsPerNamespace: 5,
  podsPerDeployment: 10,
  intentsPerNamespace: 5,
};

/** 2,000 pods, 200 Services, 200 clients: the size at which Otterize's operator was measured. */
export const OTTERIZE_SIZE: WorldSize = {
  namespaces: 20,
  deploymentsPerNamespace: 10,
  podsPerDeployment: 10,
  intentsPerNamespace: 10,
};

/** 10,000 pods in 500 namespaces, 2,000 intents. */
export const LARGE_SIZE: WorldSize = {
  namespaces: 500,
  deploymentsPerNamespace: 4,
  podsPerDeployment: 5,
  intentsPerNamespace: 4,
};

/** Name of a namespace, by its number. */
export const namespaceName = (index: number): string => `team-${index}`;

/**
 * What Deployment `index` of a namespace calls: the next one there, and one of the next namespace. In layers the last one
 * calls outside of the cluster instead, and so does the last namespace.
 */
export function intentsOf(
  size: WorldSize,
  namespace: number,
  index: number,
  more: readonly object[] = [],
): KubeObject {
  const next = (index + 1) % size.deploymentsPerNamespace;
  const other = (namespace + 1) % size.namespaces;
  const inside = size.calls !== 'layers';
  const outside = { internet: { ips: ['192.0.2.1'] } };
  return {
    apiVersion: 'k8s.otterize.com/v2alpha1',
    kind: 'ClientIntents',
    metadata: { name: `app-${index}`, namespace: namespaceName(namespace) },
    spec: {
      workload: { name: `app-${index}`, kind: 'Deployment' },
      targets: [
        inside || next > 0 ? { kubernetes: { name: `app-${next}` } } : outside,
        inside || other > 0 ? { kubernetes: { name: `app-${index}.${namespaceName(other)}` } } : outside,
        ...more,
      ],
    },
  };
}

/** Makes the cluster: namespaces, Deployments with ReplicaSets and pods, Services; the intents last. */
export async function buildWorld(api: Client, size: WorldSize): Promise<void> {
  const namespaces = Array.from({ length: size.namespaces }, (_, index) => index);
  await inParallel(namespaces, (index) =>
    api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespaceName(index) } }),
  );
  const apps = namespaces.flatMap((namespace) =>
    Array.from({ length: size.deploymentsPerNamespace }, (_, app) => ({ namespace, app })),
  );
  await inParallel(apps, ({ namespace, app }) =>
    buildApp(api, namespaceName(namespace), `app-${app}`, size.podsPerDeployment),
  );
  const clients = apps.filter(({ app }) => app < size.intentsPerNamespace);
  await inParallel(clients, ({ namespace, app }) => api.create(intentsOf(size, namespace, app)));
}

/** A Deployment with its ReplicaSet, its pods and its Service. Returns the ReplicaSet. */
export async function buildApp(
  api: Client,
  namespace: string,
  name: string,
  pods: number,
): Promise<KubeObject> {
  const labels = { app: name };
  const template = {
    metadata: { labels },
    spec: { containers: [{ name: 'main', image: 'example.test/app', ports: [{ containerPort: 8080 }] }] },
  };
  const spec = { replicas: pods, selector: { matchLabels: labels }, template };
  const deployment = await api.create({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec,
  });
  const set = await api.create({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: `${name}-1`, namespace, labels, ownerReferences: [ownerReference(deployment)] },
    spec,
  });
  await api.create({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { selector: labels, clusterIP: 'None', ports: [{ port: 80, targetPort: 8080 }] },
  });
  await inParallel(
    Array.from({ length: pods }, (_, index) => index),
    (index) => buildPod(api, set, index),
    8,
  );
  return set;
}

/** A pod of a ReplicaSet. */
export function buildPod(api: Client, set: KubeObject, index: number): Promise<KubeObject> {
  const { name, namespace } = set.metadata as { name: string; namespace: string };
  const { metadata, spec } = set.spec.template as KubeObject;
  return api.create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${name}-${index}`,
      namespace,
      labels: metadata.labels,
      ownerReferences: [ownerReference(set)],
    },
    spec: { ...spec, nodeName: 'node', terminationGracePeriodSeconds: 0 },
  });
}

/** Does something with every item, so many at a time. */
export async function inParallel<T>(
  items: readonly T[],
  work: (item: T) => Promise<unknown>,
  atOnce = 16,
): Promise<void> {
  const left = items[Symbol.iterator]();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const item of left) await work(item);
    }),
  );
}
