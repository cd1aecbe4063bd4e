import fc from 'fast-check';
import type { JsonObject } from '../../../src/model/json';
import { nameArb, namespaceArb } from '../edits';
import { clientIntents, deployment, namespace, service } from '../world';

/** An object of the Gateway API. */
export const gateway = (
  kind: string,
  name: string,
  home: string | undefined,
  spec: JsonObject,
): JsonObject => ({
  apiVersion: `gateway.networking.k8s.io/${kind === 'ReferenceGrant' ? 'v1beta1' : 'v1'}`,
  kind,
  metadata: { name, ...(home === undefined ? {} : { namespace: home }) },
  spec,
});

/** A cluster-scoped object. */
export const clusterWide = (
  apiVersion: string,
  kind: string,
  name: string,
  rest: JsonObject,
): JsonObject => ({
  apiVersion,
  kind,
  metadata: { name },
  ...rest,
});

export const ingressClass = (name: string, controller: string, isDefault: boolean): JsonObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: {
    name,
    ...(isDefault ? { annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } } : {}),
  },
  spec: { controller },
});

export const ingress = (home: string, name: string, className: string | undefined): JsonObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name, namespace: home },
  spec: {
    ...(className === undefined ? {} : { ingressClassName: className }),
    defaultBackend: { service: { name, port: { number: 80 } } },
  },
});

const TRAFFIC: Readonly<Record<string, string>> = {
  nginx: 'k8s.io/ingress-nginx',
  traefik: 'traefik.io/ingress-controller',
};
const CALICO = 'projectcalico.org/v3';
const POLICY = 'policy.networking.k8s.io/v1alpha1';

/** Policies of the whole cluster, tiers and sets: they deny what declared calls and doors need, of some namespace or of all. */
const policyArb: fc.Arbitrary<JsonObject> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('a', 'b', undefined),
      fc.constantFrom('web', undefined),
      fc.boolean(),
      fc.boolean(),
    )
    .map(([home, app, later, out]) =>
      clusterWide(CALICO, 'GlobalNetworkPolicy', later ? 'late.deny' : 'deny', {
        spec: {
          ...(later ? { tier: 'late' } : {}),
          ...(home === undefined ? {} : { namespaceSelector: `projectcalico.org/name == '${home}'` }),
          ...(app === undefined ? {} : { selector: `app == '${app}'` }),
          types: [out ? 'Egress' : 'Ingress'],
          ...(out ? { egress: [{ action: 'Allow', destination: { selector: "kind == 'set'" } }] } : {}),
        },
      }),
    ),
  fc
    .integer({ min: 1, max: 3 })
    .map((order) => clusterWide(CALICO, 'Tier', 'late', { spec: { order: order * 1000 } })),
  fc.constantFrom('10.0.0.0/8', '1.2.3.0/24').map((net) => ({
    apiVersion: CALICO,
    kind: 'GlobalNetworkSet',
    metadata: { name: 'set', labels: { kind: 'set' } },
    spec: { nets: [net] },
  })),
  fc
    .tuple(fc.constantFrom('a', 'b'), fc.constantFrom('Ingress', 'Egress'))
    .map(([home, type]): JsonObject => ({
      apiVersion: CALICO,
      kind: 'NetworkPolicy',
      metadata: { name: 'deny', namespace: home },
      spec: {
        types: [type],
        ...(type === 'Egress'
          ? { egress: [{ action: 'Allow', destination: { selector: "kind == 'set'" } }] }
          : {}),
      },
    })),
  fc
    .tuple(fc.constantFrom('AdminNetworkPolicy', 'BaselineAdminNetworkPolicy'), namespaceArb, fc.boolean())
    .map(([kind, home, out]) => {
      const subject = { namespaces: { matchLabels: { 'kubernetes.io/metadata.name': home } } };
      const rule = { action: 'Deny', [out ? 'to' : 'from']: [{ namespaces: {} }] };
      return clusterWide(POLICY, kind, 'default', {
        spec: {
          ...(kind === 'AdminNetworkPolicy' ? { priority: 1 } : {}),
          subject,
          [out ? 'egress' : 'ingress']: [rule],
        },
      });
    }),
);

/** Objects that are about other namespaces than their own. */
export const sharedArb: fc.Arbitrary<JsonObject> = fc.oneof(
  policyArb,
  fc
    .constantFrom('example.com/envoy', 'traefik.io/gateway-controller', 'istio.io/gateway-controller')
    .map((controllerName) => gateway('GatewayClass', 'envoy', undefined, { controllerName })),
  fc
    .tuple(fc.constantFrom('nginx', 'traefik'), fc.boolean())
    .map(([name, isDefault]) => ingressClass(name, TRAFFIC[name] ?? '', isDefault)),
  fc
    .tuple(namespaceArb, nameArb, fc.constantFrom('nginx', 'traefik', undefined))
    .map(([home, name, className]) => ingress(home, name, className)),
  fc
    .constantFrom('/nginx-ingress-controller', '--providers.kubernetesgateway', '--none')
    .map((word) => deployment('doors', 'controller', { args: [word] })),
  fc
    .tuple(namespaceArb, fc.constantFrom<Record<string, string>>({}, { team: 'x' }))
    .map(([name, labels]) => namespace(name, labels)),
  fc
    .constantFrom<JsonObject>(
      { from: 'Same' },
      { from: 'All' },
      { from: 'Selector', selector: { matchLabels: { team: 'x' } } },
    )
    .map((namespaces) =>
      gateway('Gateway', 'door', 'ingress-nginx', {
        gatewayClassName: 'envoy',
        listeners: [{ name: 'http', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces } }],
      }),
    ),
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom('HTTPRoute', 'GRPCRoute'), namespaceArb, namespaceArb, nameArb)
      .map(([kind, home, backend, name]) =>
        gateway(kind, 'way', home, {
          parentRefs: [{ name: 'door', namespace: 'ingress-nginx' }],
          rules: [{ backendRefs: [{ name, namespace: backend, port: 80 }] }],
        }),
      ),
  },
  fc.tuple(namespaceArb, namespaceArb).map(([home, from]) =>
    gateway('ReferenceGrant', 'may', home, {
      from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: from }],
      to: [{ group: '', kind: 'Service' }],
    }),
  ),
  fc.tuple(namespaceArb, nameArb).map(([home, name]): JsonObject => ({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'hook' },
    webhooks: [{ name: 'a.example.com', clientConfig: { service: { namespace: home, name, port: 80 } } }],
  })),
);

/** Three namespaces whose workloads call each other and have Services, and the pods of a Gateway. */
export const WORLD: readonly JsonObject[] = [
  deployment('ingress-nginx', 'controller'),
  ...['a', 'b', 'a-b'].flatMap((home) =>
    ['web', 'db', 'b-web'].flatMap((name) => [
      deployment(home, name),
      service(home, name, { app: name }),
      clientIntents(home, name, [{ kubernetes: { name: 'db.a' } }, { kubernetes: { name: 'web.b' } }]),
    ]),
  ),
];
