/** What an API server adds to everything. */
const server = (uid: string) => ({
  uid,
  resourceVersion: '12',
  generation: 1,
  creationTimestamp: '2026-01-01T00:00:00Z',
  managedFields: [{ manager: 'kubectl' }],
  annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
});

const template = (app: string, port: number) => ({
  metadata: { labels: { app } },
  spec: {
    containers: [{ name: 'main', image: `shop/${app}:1`, ports: [{ containerPort: port, protocol: 'TCP' }] }],
    dnsPolicy: 'ClusterFirst',
  },
});

/** A Deployment with its ReplicaSet and two pods, as a cluster has them. */
export function deployment(app: string, port: number, addresses: readonly [string, string]): object[] {
  const owner = (kind: string, name: string, uid: string) => ({
    ownerReferences: [{ apiVersion: 'apps/v1', kind, name, uid, controller: true, blockOwnerDeletion: true }],
  });
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: app, namespace: 'shop', ...server(`d-${app}`) },
      spec: { replicas: 2, selector: { matchLabels: { app } }, template: template(app, port) },
      status: { replicas: 2 },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${app}-1`,
        namespace: 'shop',
        ...server(`r-${app}`),
        ...owner('Deployment', app, `d-${app}`),
      },
      spec: { replicas: 2, selector: { matchLabels: { app } }, template: template(app, port) },
    },
    ...addresses.map((podIP, index) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: `${app}-1-${index}`,
        namespace: 'shop',
        labels: { app, 'pod-template-hash': '1' },
        ...server(`p-${app}-${index}`),
        ...owner('ReplicaSet', `${app}-1`, `r-${app}`),
      },
      spec: { ...template(app, port).spec, nodeName: 'n', volumes: [{ name: 'token' }] },
      status: { phase: 'Running', podIP, podIPs: [{ ip: podIP }] },
    })),
  ];
}

export const NAMESPACE = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'shop', labels: { 'kubernetes.io/metadata.name': 'shop' }, ...server('n') },
  spec: { finalizers: ['kubernetes'] },
  status: { phase: 'Active' },
};

/** A policy that lets the frontend into the cart. */
export const POLICY = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'cart', namespace: 'shop', ...server('np') },
  spec: {
    podSelector: { matchLabels: { app: 'cart' } },
    policyTypes: ['Ingress'],
    ingress: [
      {
        from: [{ podSelector: { matchLabels: { app: 'frontend' } } }],
        ports: [{ port: 7070, protocol: 'TCP' }],
      },
    ],
  },
};

/** The same, as somebody writes it. */
export const WRITTEN_POLICY = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: cart, namespace: shop }
spec:
  podSelector: { matchLabels: { app: cart } }
  ingress:
    - from: [{ podSelector: { matchLabels: { app: frontend } } }]
      ports: [{ port: 7070 }]
`;

export const SHOP = [
  NAMESPACE,
  ...deployment('frontend', 8080, ['10.1.0.1', '10.1.0.2']),
  ...deployment('cart', 7070, ['10.1.0.3', '10.1.0.4']),
  POLICY,
] as Record<string, any>[];
