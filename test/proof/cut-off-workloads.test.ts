import { findCutOffWorkloads } from '../../src/proof/cut-off-workloads';
import { DENY_INGRESS, deployment, lines, policy, read, service } from './proof-fixture';

function cutOff(yaml: string): string[] {
  const { cluster, reachability } = read(yaml);
  return lines(findCutOffWorkloads(cluster, reachability));
}

const SERVER = deployment('cart', { port: 8080 }) + service('cart');
const ISOLATED = SERVER + deployment('web') + DENY_INGRESS;
const letsIn = (from: string): string =>
  policy(
    'cart',
    `podSelector: { matchLabels: { app: cart } }, policyTypes: [Ingress], ingress: [{ from: [${from}] }]`,
  );
const PROMETHEUS = `
---
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: { name: k8s, namespace: shop }
spec: { podMetadata: { labels: { app: prometheus } } }
`;

describe('findCutOffWorkloads', () => {
  it('warns of a server with a Service that a default deny leaves without any caller', () => {
    expect(cutOff(ISOLATED)).toEqual([
      'warning cut-off-workload: Nobody in the manifests may reach shop/cart[Deployment] behind Service shop/cart: NetworkPolicy/shop/deny isolates it, and no policy lets anybody in',
    ]);
  });

  it('names the routes of Gateways among those that call it', () => {
    const route = `
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: cart, namespace: shop }
spec: { parentRefs: [{ name: public }], rules: [{ backendRefs: [{ name: cart, port: 80 }] }] }
`;
    expect(cutOff(ISOLATED + route)).toEqual([expect.stringMatching(/Called by HTTPRoute\/shop\/cart$/)]);
  });

  it('is silent where no policy isolates, and about workloads that serve nothing', () => {
    expect(cutOff(SERVER)).toEqual([]);
    expect(cutOff(deployment('web') + DENY_INGRESS)).toEqual([]);
  });

  it('only notes a container port without a Service', () => {
    expect(cutOff(deployment('worker', { port: 9090 }) + DENY_INGRESS)).toEqual([
      'info cut-off-workload: Nobody in the manifests may reach shop/worker[Deployment] on TCP 9090: NetworkPolicy/shop/deny isolates it, and no policy lets anybody in',
    ]);
  });

  it('is silent when a workload or an address outside may reach it', () => {
    expect(cutOff(ISOLATED + letsIn('{ podSelector: { matchLabels: { app: web } } }'))).toEqual([]);
    expect(cutOff(ISOLATED + letsIn('{ ipBlock: { cidr: 203.0.113.0/24 } }'))).toEqual([]);
  });

  it('does not count the pods of the server itself as callers', () => {
    expect(cutOff(ISOLATED + letsIn('{ podSelector: { matchLabels: { app: cart } } }'))).toEqual([
      expect.stringMatching(/^warning cut-off-workload: .* lets in nobody who is in the manifests$/),
    ]);
  });

  it('does not count a host that may happen to share the node (network-policy-semantics 2.1 item 13)', () => {
    const node = deployment('node-agent', { host: true });
    expect(cutOff(ISOLATED + node)).toHaveLength(1);
  });

  it('names the labels that a policy lets in and that no pod has', () => {
    const web = '{ podSelector: { matchLabels: { app: wbe } } }';
    expect(cutOff(ISOLATED + letsIn(web))).toEqual([
      'warning cut-off-workload: Nobody in the manifests may reach shop/cart[Deployment] behind Service shop/cart: NetworkPolicy/shop/cart (pods with app=wbe) lets in nobody who is in the manifests',
    ]);
  });

  it('notes what only the pods of an operator may reach, and names its object', () => {
    const prometheus = '{ podSelector: { matchLabels: { app: prometheus } } }';
    expect(cutOff(ISOLATED + PROMETHEUS + letsIn(prometheus))).toEqual([
      'info cut-off-workload: Nobody in the manifests may reach shop/cart[Deployment] behind Service shop/cart: NetworkPolicy/shop/cart (pods with app=prometheus) lets in nobody who is in the manifests; it seems to mean what an operator makes of Prometheus/shop/k8s',
    ]);
    // Not if the labels are others, or if the policy looks into another namespace than the operator's.
    const other = letsIn('{ podSelector: { matchLabels: { app: other } } }');
    expect(cutOff(ISOLATED + PROMETHEUS + other)[0]).toMatch(/^warning/);
    const elsewhere = PROMETHEUS.replace('namespace: shop', 'namespace: monitoring');
    expect(cutOff(ISOLATED + elsewhere + letsIn(prometheus))[0]).toMatch(/^warning/);
  });

  it('says when those who are let in may not go out', () => {
    const noWayOut = policy('out', 'podSelector: { matchLabels: { app: web } }, policyTypes: [Egress]');
    expect(cutOff(ISOLATED + noWayOut + letsIn('{ podSelector: { matchLabels: { app: web } } }'))).toEqual([
      'warning cut-off-workload: Nobody in the manifests may reach shop/cart[Deployment] behind Service shop/cart: shop/web[Deployment] would be let in, but may not go out to it',
    ]);
  });

  it('reads Calico and cluster-wide policies too', () => {
    const deny = `
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: deny-all }
spec: { namespaceSelector: projectcalico.org/name == 'shop', types: [Ingress] }
`;
    expect(cutOff(SERVER + deployment('web') + deny)).toEqual([
      expect.stringContaining('GlobalNetworkPolicy/deny-all isolates it, and no policy lets anybody in'),
    ]);
    const allow = deny.replace(
      'types: [Ingress]',
      "types: [Ingress], ingress: [{ action: Allow, source: { selector: app == 'none' } }]",
    );
    expect(cutOff(SERVER + deployment('web') + allow)).toEqual([
      expect.stringContaining('GlobalNetworkPolicy/deny-all lets in nobody who is in the manifests'),
    ]);
  });
});

describe('known callers', () => {
  const callers = (yaml: string): string =>
    (/\. Called by (.*)$/.exec(cutOff(ISOLATED + yaml)[0] ?? '') ?? [])[1] ?? '';
  const monitor = (kind: string, spec: string, namespace = 'shop'): string => `
---
apiVersion: monitoring.coreos.com/v1
kind: ${kind}
metadata: { name: m, namespace: ${namespace} }
spec: { ${spec} }
`;

  it('are none where the manifests name none', () => {
    expect(callers('')).toBe('');
  });

  it('are those outside for a LoadBalancer and a NodePort', () => {
    const { cluster, reachability } = read(
      deployment('cart') + service('cart', 'type: LoadBalancer') + DENY_INGRESS,
    );
    expect(lines(findCutOffWorkloads(cluster, reachability))).toEqual([
      expect.stringContaining('Called by Service/shop/cart (LoadBalancer: from outside the cluster)'),
    ]);
  });

  it('are Ingresses with the Service as backend', () => {
    expect(
      callers(`
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop, namespace: shop }
spec: { defaultBackend: { service: { name: cart, port: { number: 80 } } } }
`),
    ).toBe('Ingress/shop/shop');
  });

  it.each([
    ['labels of the Service', 'selector: { matchLabels: { svc: cart } }', 'shop', true],
    ['not labels of the pods', 'selector: { matchLabels: { app: cart } }', 'shop', false],
    ['its own namespace without namespaceSelector', 'selector: {}', 'other', false],
    ['any namespace', 'selector: {}, namespaceSelector: { any: true }', 'other', true],
    ['named namespaces', 'selector: {}, namespaceSelector: { matchNames: [shop] }', 'other', true],
    ['other named namespaces', 'selector: {}, namespaceSelector: { matchNames: [other] }', 'shop', false],
    ['nothing without a selector', 'endpoints: []', 'shop', false],
  ])('are ServiceMonitors that select by %s', (_what, spec, namespace, calls) => {
    expect(callers(monitor('ServiceMonitor', spec, namespace))).toBe(
      calls ? `ServiceMonitor/${namespace}/m (Prometheus)` : '',
    );
  });

  it('are PodMonitors that select the pods', () => {
    expect(callers(monitor('PodMonitor', 'selector: { matchLabels: { app: cart } }'))).toBe(
      'PodMonitor/shop/m (Prometheus)',
    );
    expect(callers(monitor('PodMonitor', 'selector: { matchLabels: { svc: cart } }'))).toBe('');
  });

  it('are the API server for APIServices and webhooks', () => {
    const reference = '{ name: cart, namespace: shop }';
    expect(
      callers(`
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: { name: v1.cart }
spec: { service: ${reference} }
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: check }
webhooks: [{ name: elsewhere, clientConfig: { url: 'https://x' } }, { name: a, clientConfig: { service: ${reference} } }]
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: carts.example.com }
spec: { conversion: { webhook: { clientConfig: { service: ${reference} } } } }
`),
    ).toBe(
      'APIService/v1.cart (the API server), CustomResourceDefinition/carts.example.com (the API server), ValidatingWebhookConfiguration/check (the API server)',
    );
  });
});
