import { compileYaml, deny, NAMESPACES, server, type Compiled } from './compile-yaml';
import type { CompileOptions } from '../../../src/compiler/compilation';
import type { Json } from '../../../src/model/json';

const HTTP = [{ protocol: 'TCP', port: 'http' }];

function gateway(more = ''): string {
  return `
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: public, namespace: infra }
spec:
  gatewayClassName: some
  listeners: [{ name: web, port: 80, protocol: HTTP, allowedRoutes: { namespaces: { from: All } } }]
  ${more}
`;
}

const ROUTE = `
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web, namespace: shop }
spec:
  parentRefs: [{ name: public, namespace: infra }]
  rules: [{ backendRefs: [{ name: web, port: 80 }] }]
`;

function gatewayClass(controller: string): string {
  return `
---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: some }
spec: { controllerName: ${controller} }
`;
}

function compiled(yaml: string, options: CompileOptions = {}): Compiled {
  return compileYaml(NAMESPACES + server('shop/web') + deny('shop') + ROUTE + yaml, {
    profile: 'selectors',
    ...options,
  });
}

function pods(namespace: string, labels: Record<string, string>): Json {
  return {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    podSelector: { matchLabels: labels },
  };
}

function rules(from?: Json[]): Record<string, Json> {
  return { 'shop/external-access-to-web': [from === undefined ? { ports: HTTP } : { from, ports: HTTP }] };
}

describe('the pods of a Gateway', () => {
  it('are those that an option names, in the manifests or not', () => {
    const options = { gateways: ['infra/public=infra/envoy'] };
    expect(compiled(gateway() + server('infra/envoy'), options)).toMatchObject({
      policies: rules([pods('infra', { app: 'envoy' })]),
      found: [],
      proved: [],
    });
    const elsewhere = compiled(gateway(), { gateways: ['infra/public=gw/envoy'] });
    expect(elsewhere.found).toEqual(['warning gateway-pods-not-found ']);
    expect(elsewhere.policies).toEqual(
      rules([{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'gw' } } }]),
    );
  });

  it('need no Gateway in the manifests when an option names them', () => {
    const result = compiled(server('infra/envoy'), { gateways: ['infra/public=infra/envoy'] });
    expect([result.policies, result.found]).toEqual([rules([pods('infra', { app: 'envoy' })]), []]);
  });

  it('are found by the label of GEP-1762', () => {
    const labelled = server('infra/made').replace(
      '{ labels: { app: made } }',
      '{ labels: { app: made, gateway.networking.k8s.io/gateway-name: public } }',
    );
    const { found, proved, result } = compiled(gateway() + labelled);
    expect([found, proved]).toEqual([[], []]);
    const [way] = result.external;
    expect(way?.callers?.workloads.map(({ id }) => id)).toEqual(['infra/made[Deployment]']);
  });

  it('are found by the Service that the Gateway names as its address', () => {
    const more = 'addresses: [{ type: Hostname, value: hand.infra.svc.cluster.local }]';
    expect(compiled(gateway(more) + server('infra/hand'))).toMatchObject({
      policies: rules([pods('infra', { app: 'hand' })]),
      found: [],
    });
  });

  it('are not behind an address that is no Service of the cluster, nor pods that have finished', () => {
    const more = 'addresses: [{ type: Hostname, value: hand.infra.example.com }]';
    const unknown = ['warning gateway-pods-unknown Gateway/infra/public'];
    expect(compiled(gateway(more) + server('infra/hand')).found).toEqual(unknown);
    const finished = `
---
apiVersion: v1
kind: Pod
metadata: { name: old, namespace: infra, labels: { app: old, gateway.networking.k8s.io/gateway-name: public } }
spec: { containers: [{ name: c }] }
status: { phase: Succeeded }
`;
    expect(compiled(gateway() + finished).found).toEqual(unknown);
  });

  it.each([
    'istio.io/gateway-controller',
    'gateway.nginx.org/nginx-gateway-controller',
    'kgateway.dev/kgateway',
  ])('of %s are made beside the Gateway, with its name as label', (controller) => {
    expect(compiled(gateway() + gatewayClass(controller))).toMatchObject({
      policies: rules([pods('infra', { 'gateway.networking.k8s.io/gateway-name': 'public' })]),
      found: [],
      proved: [],
    });
  });

  it('of Envoy Gateway are in its namespace, or beside the Gateway', () => {
    const labels = {
      'gateway.envoyproxy.io/owning-gateway-name': 'public',
      'gateway.envoyproxy.io/owning-gateway-namespace': 'infra',
    };
    const yaml = gateway() + gatewayClass('gateway.envoyproxy.io/gatewayclass-controller');
    expect(compiled(yaml)).toMatchObject({
      policies: rules([pods('envoy-gateway-system', labels), pods('infra', labels)]),
      proved: [],
    });
  });

  it('of Traefik are the one Deployment that serves Gateways', () => {
    const traefik = server('infra/traefik').replace(
      'image: c,',
      'image: traefik, args: [--providers.kubernetesgateway],',
    );
    expect(compiled(gateway() + gatewayClass('traefik.io/gateway-controller') + traefik)).toMatchObject({
      policies: rules([pods('infra', { app: 'traefik' })]),
      found: [],
    });
  });

  it('that are load balancers outside the cluster may be anyone', () => {
    const cloud = compiled(gateway() + gatewayClass('networking.gke.io/gateway'));
    expect([cloud.policies, cloud.found]).toEqual([rules(), []]);
  });

  it('that nobody knows may be anyone, and a finding says so', () => {
    for (const yaml of [gateway(), gateway() + gatewayClass('example.com/gateway')]) {
      expect(compiled(yaml)).toMatchObject({
        policies: rules(),
        found: ['warning gateway-pods-unknown Gateway/infra/public'],
      });
    }
  });

  it('with a network of their own do not come with the addresses of nodes', () => {
    const options = { gateways: ['infra/public=infra/envoy'], nodeCidrs: ['10.0.0.0/16'] };
    expect(compiled(gateway() + server('infra/envoy'), options).policies).toEqual(
      rules([pods('infra', { app: 'envoy' })]),
    );
  });

  it('on the host network come with the addresses of nodes', () => {
    const host = server('infra/envoy').replace('    spec:\n', '    spec:\n      hostNetwork: true\n');
    const gateways = ['infra/public=infra/envoy'];
    expect(compiled(gateway() + host, { gateways, nodeCidrs: ['10.0.0.0/16'] })).toMatchObject({
      policies: rules([{ ipBlock: { cidr: '10.0.0.0/16' } }]),
      found: [],
    });
    expect(compiled(gateway() + host, { gateways }).found).toEqual([
      'warning gateway-pods-unknown Gateway/infra/public',
    ]);
  });

  it.each(['infra/public', 'infra/public=', 'public=infra/envoy', 'a/b=c/d=e/f'])(
    'must be namespace/gateway=namespace/name, not %s',
    (text) => {
      expect(() => compiled(gateway(), { gateways: [text] })).toThrow(/gateways\[0\] is/);
    },
  );
});
