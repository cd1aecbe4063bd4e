import { findApiServerCutOff } from '../../src/proof/api-server-calls';
import { DENY_INGRESS, deployment, lines, policy, read, service } from './proof-fixture';

function found(yaml: string): string[] {
  const { cluster, reachability } = read(yaml);
  return lines(findApiServerCutOff(cluster, reachability));
}

const webhook = (reference: string): string => `
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: check }
webhooks: [{ name: a, clientConfig: { service: { ${reference} } } }, { name: b, clientConfig: { service: { ${reference} } } }]
`;
const HOOK = webhook('name: hook, namespace: shop, port: 80');
const SERVER = deployment('hook', { port: 8080 }) + service('hook') + HOOK;
const letsIn = (from: string, port: number): string =>
  policy(
    'hook',
    `podSelector: { matchLabels: { app: hook } }, policyTypes: [Ingress], ingress: [{ from: [${from}], ports: [{ port: ${port} }] }]`,
  );
const CONTROL_PLANE = '{ ipBlock: { cidr: 203.0.113.7/32 } }';

describe('findApiServerCutOff', () => {
  it('warns, once for all webhooks of an object, of a webhook server that lets no address in', () => {
    expect(found(SERVER + DENY_INGRESS)).toEqual([
      'warning api-server-cut-off: The API server calls shop/hook[Deployment] on TCP 8080 for ValidatingWebhookConfiguration/check (Service shop/hook), but it is no pod, and NetworkPolicy/shop/deny lets no address outside the cluster in there: these calls fail',
    ]);
  });

  it('is silent while no policy isolates the server', () => {
    expect(found(SERVER)).toEqual([]);
  });

  it('is silent when an address is let in on the target port, and only then', () => {
    expect(found(SERVER + DENY_INGRESS + letsIn(CONTROL_PLANE, 8080))).toEqual([]);
    // The port of the Service is not what policies see (network-policy-semantics 2.1 item 15).
    expect(found(SERVER + DENY_INGRESS + letsIn(CONTROL_PLANE, 80))).toHaveLength(1);
  });

  it('is not content with pods that are let in: the API server is none', () => {
    expect(found(SERVER + DENY_INGRESS + letsIn('{ namespaceSelector: {} }', 8080))).toHaveLength(1);
  });

  it('looks up a target port by name', () => {
    const named = (SERVER + DENY_INGRESS)
      .replace('{ containerPort: 8080 }', '{ name: web, containerPort: 8080 }')
      .replace('targetPort: 8080', 'targetPort: web');
    expect(found(named)).toEqual([expect.stringContaining('on TCP 8080 for')]);
  });

  it('takes port 443 where the reference names none', () => {
    const hook = deployment('hook', { port: 8080 }) + webhook('name: hook, namespace: shop') + DENY_INGRESS;
    expect(found(hook + service('hook'))).toEqual([]);
    expect(found(hook + service('hook').replace('port: 80,', 'port: 443,'))).toHaveLength(1);
  });

  it('reads aggregated APIs and conversions too, and leaves dangling references and URLs alone', () => {
    const others = (name: string): string => `
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: { name: v1.hook }
spec: { service: { name: ${name}, namespace: shop, port: 80 } }
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: hooks.example.com }
spec: { conversion: { strategy: Webhook, webhook: { clientConfig: { service: { name: ${name}, namespace: shop, port: 80 } } } } }
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: { name: v1.local }
spec: { service: null }
`;
    const server = deployment('hook', { port: 8080 }) + service('hook') + DENY_INGRESS;
    expect(found(server + others('hook'))).toEqual([
      expect.stringContaining('for APIService/v1.hook'),
      expect.stringContaining('for CustomResourceDefinition/hooks.example.com'),
    ]);
    expect(found(server + others('nobody'))).toEqual([]);
  });

  it('is silent about servers on the network of their node: nothing isolates them', () => {
    expect(
      found(deployment('hook', { port: 8080, host: true }) + service('hook') + HOOK + DENY_INGRESS),
    ).toEqual([]);
  });
});
