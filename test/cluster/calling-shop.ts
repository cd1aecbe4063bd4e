import type { KubeObject } from './client';

/** A Deployment of two pods with one port. */
export function deployment(
  name: string,
  { namespace = 'shop', image = `shop/${name}`, port = 80 } = {},
): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'main', image, ports: [{ containerPort: port }] }] },
      },
    },
  };
}

/** The client calls the server. */
export const INTENTS: KubeObject = {
  apiVersion: 'k8s.otterize.com/v2alpha1',
  kind: 'ClientIntents',
  metadata: { name: 'client', namespace: 'shop' },
  spec: {
    workload: { name: 'client', kind: 'Deployment' },
    targets: [{ kubernetes: { name: 'server', kind: 'Deployment' } }],
  },
};
