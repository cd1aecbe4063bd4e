import { type ObjectSource } from '../../../src/compiler/resolution/source-words';
import { compileResources } from '../../../src/proof/compile-resources';
import { readManifests } from '../../../src/sources/manifest';

/** One object for everything that may name what is not there. */
const OBJECTS = `
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: frontend, namespace: shop }
spec:
  selector: { matchLabels: { app: frontend } }
  template: { metadata: { labels: { app: frontend } }, spec: { containers: [{ name: main, image: x }] } }
---
apiVersion: k8s.otterize.com/v2alpha1
kind: ClientIntents
metadata: { name: frontend, namespace: shop }
spec:
  workload: { name: frontend }
  targets: [{ kubernetes: { name: cart } }, { service: { name: pay } }, { service: { name: nobody } }]
---
apiVersion: k8s.otterize.com/v2alpha1
kind: ClientIntents
metadata: { name: ghost, namespace: shop }
spec: { workload: { name: ghost }, targets: [{ kubernetes: { name: frontend } }] }
---
apiVersion: v1
kind: Service
metadata: { name: nobody, namespace: shop }
spec: { selector: { app: nobody }, ports: [{ port: 80 }] }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: public, namespace: shop }
spec: { defaultBackend: { service: { name: missing, port: { number: 80 } } } }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: route, namespace: shop }
spec: { parentRefs: [{ name: gateway }, { name: other }], rules: [{ backendRefs: [{ name: missing, port: 80 }] }] }
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: hook }
webhooks: [{ name: a.example.com, clientConfig: { service: { name: missing, namespace: shop } } }]
`;

function said(source?: ObjectSource): string[] {
  const { findings } = compileResources(readManifests(OBJECTS, { file: 'app.yaml' }).resources, {
    options: {
      enforcement: { namespaces: { nowhere: 'shadow' }, workloads: { 'shop/nobody': 'shadow' } },
      ingressControllers: ['infra/nginx'],
      metricsScrapers: ['infra/prometheus'],
      gateways: ['shop/other=infra/envoy'],
    },
    reachabilityOptions: {},
    dialect: 'kubernetes',
    source,
  });
  return findings
    .filter(({ id }) => /-not-found$|unknown-(?:workload|namespace)$|-without-workload$/.test(id))
    .map(({ id, message, mend }) => `${id}: ${message}. ${mend}`);
}

describe('what is not there', () => {
  it('is not in the manifests, where these are given', () => {
    const all = said();
    expect(new Set(all.map((one) => one.split(':')[0]))).toEqual(
      new Set([
        'client-not-found',
        'target-not-found',
        'enforcement-unknown-namespace',
        'enforcement-unknown-workload',
        'gateway-pods-not-found',
        'ingress-controller-not-found',
        'ingress-service-not-found',
        'metrics-scraper-not-found',
        'route-gateway-not-found',
        'route-service-not-found',
        'service-without-workload',
        'webhook-service-not-found',
      ]),
    );
    expect(said('manifests')).toEqual(all);
    expect(all.join('\n')).not.toMatch(/in the cluster|--namespace/);
  });

  it.each([
    ['cluster', 'in the cluster'],
    ['namespaces', 'in the namespaces that are seen here'],
  ] as const)('is spoken of as one who reads a condition in a %s knows it', (source, inside) => {
    const all = said(source);
    expect(all).toHaveLength(said().length);
    expect(all.filter((one) => /manifest|input/.test(one))).toEqual([]);
    expect(all.filter((one) => !one.includes(inside) && !one.startsWith('service-without-workload'))).toEqual(
      [],
    );
  });

  it('is to be made in a cluster, or to be seen', () => {
    const mendOf = (source: ObjectSource): string =>
      said(source).find((one) => one.startsWith('ingress-service')) ?? '';
    expect(mendOf('manifests')).toMatch(
      /\. Add the manifest of Service shop\/missing to the input, or correct its name\.$/,
    );
    expect(mendOf('cluster')).toMatch(/\. Create Service shop\/missing, or correct its name\.$/);
    expect(mendOf('namespaces')).toMatch(
      /\. Create Service shop\/missing, or let its namespace be seen as well \(--namespace\), or correct its name\.$/,
    );
  });
});
