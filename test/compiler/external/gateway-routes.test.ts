import { compileYaml, deny, NAMESPACES, server, type Compiled } from './compile-yaml';
import type { CompileOptions } from '../../../src/compiler/compilation';

const HTTP = [{ protocol: 'TCP', port: 'http' }];
const PUBLIC_POD = server('infra/public');
const OPTIONS: CompileOptions = { profile: 'selectors', gateways: ['infra/public=infra/public'] };
const FROM_PUBLIC = [
  {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'infra' } },
    podSelector: { matchLabels: { app: 'public' } },
  },
];

function gateway(
  listener = 'name: web, port: 80, protocol: HTTP, allowedRoutes: { namespaces: { from: All } }',
) {
  return `
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: public, namespace: infra }
spec: { gatewayClassName: some, listeners: [{ ${listener} }] }
`;
}

interface RouteGiven {
  readonly kind?: string;
  readonly parent?: string;
  readonly backend?: string;
  readonly more?: string;
}

function route({
  kind = 'HTTPRoute',
  parent = 'name: public, namespace: infra',
  backend = 'name: web, port: 80',
  more = '',
}: RouteGiven = {}): string {
  return `
---
apiVersion: gateway.networking.k8s.io/v1
kind: ${kind}
metadata: { name: web, namespace: shop }
spec: { parentRefs: [{ ${parent} }], rules: [{ backendRefs: [{ ${backend} }] }]${more} }
`;
}

function grant(to: string, from = 'kind: HTTPRoute, namespace: shop'): string {
  return `
---
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: { name: grant, namespace: other }
spec: { from: [{ group: gateway.networking.k8s.io, ${from} }], to: [{ group: "", ${to} }] }
`;
}

function compiled(yaml: string, options: CompileOptions = OPTIONS): Compiled {
  const base = NAMESPACES + server('shop/web') + server('other/api') + PUBLIC_POD;
  return compileYaml(base + deny('shop') + yaml, options);
}

function onlyFound(yaml: string): readonly string[] {
  const { policies, found } = compiled(yaml);
  expect(policies).toEqual({});
  return found;
}

describe('routes of the Gateway API (otterize-operator 10.3 item 11)', () => {
  it('let in just the pods of their Gateway, on the target port that they name', () => {
    const { policies, found, proved, result } = compiled(gateway() + route());
    expect(policies).toEqual({ 'shop/external-access-to-web': [{ from: FROM_PUBLIC, ports: HTTP }] });
    expect([found, proved]).toEqual([[], []]);
    expect(result.policies[0]?.manifest).toMatchObject({
      metadata: {
        annotations: {
          'intents.otterize.com/created-for-route': 'HTTPRoute/shop/web',
          'intents.otterize.com/created-for-service': 'web',
        },
      },
    });
  });

  it('make nothing where no policy isolates the server', () => {
    const open = NAMESPACES + server('shop/web') + PUBLIC_POD + gateway() + route();
    expect(compileYaml(open, OPTIONS).policies).toEqual({});
  });

  it.each([
    ['GRPCRoute', 'HTTPS', 80, 'TCP', 'http'],
    ['TLSRoute', 'TLS, tls: { mode: Passthrough }', 80, 'TCP', 'http'],
    ['TCPRoute', 'TCP', 80, 'TCP', 'http'],
    ['UDPRoute', 'UDP', 53, 'UDP', 53],
  ])('of kind %s are understood', (kind, protocol, port, spoken, target) => {
    const listener = `name: l, port: 443, protocol: ${protocol}, allowedRoutes: { namespaces: { from: All } }`;
    const { policies, found } = compiled(
      gateway(listener) + route({ kind, backend: `name: web, port: ${port}` }),
    );
    expect(policies).toEqual({
      'shop/external-access-to-web': [{ from: FROM_PUBLIC, ports: [{ protocol: spoken, port: target }] }],
    });
    expect(found).toEqual([]);
  });

  it('of TCP do not reach a UDP port of that number, nor the other way round', () => {
    expect(onlyFound(gateway() + route({ backend: 'name: web, port: 53' }))).toEqual([
      'warning route-port-not-found HTTPRoute/shop/web',
    ]);
  });

  it('bring what they mirror and ask for leave, too', () => {
    const more = `, hostnames: []`;
    const mirror = route({ more }).replace(
      'rules: [{ ',
      'rules: [{ filters: [{ type: RequestMirror, requestMirror: { backendRef: { name: web, port: 9090 } } }], ',
    );
    expect(compiled(gateway() + mirror).policies).toEqual({
      'shop/external-access-to-web': [
        { from: FROM_PUBLIC, ports: HTTP },
        { from: FROM_PUBLIC, ports: [{ protocol: 'TCP', port: 9090 }] },
      ],
    });
  });

  it.each([
    ['weight 0', { backend: 'name: web, port: 80, weight: 0' }, 'info route-backend-without-weight'],
    ['a missing Service', { backend: 'name: wed, port: 80' }, 'warning route-service-not-found'],
    ['a missing port', { backend: 'name: web, port: 81' }, 'warning route-port-not-found'],
    ['no port', { backend: 'name: web' }, 'warning route-port-not-found'],
    ['another kind', { backend: 'group: x.io, kind: Bucket, name: web' }, 'info route-backend-not-service'],
    [
      'another namespace without leave',
      { backend: 'name: api, namespace: other, port: 80' },
      'warning route-backend-not-granted',
    ],
    ['a missing Gateway', { parent: 'name: pubic, namespace: infra' }, 'warning route-gateway-not-found'],
    [
      'a parent of another kind',
      { parent: 'kind: ListenerSet, name: x' },
      'warning route-parent-not-understood',
    ],
    [
      'a missing listener',
      { parent: 'name: public, namespace: infra, sectionName: wbe' },
      'warning route-not-attached',
    ],
    [
      'a port no listener has',
      { parent: 'name: public, namespace: infra, port: 81' },
      'warning route-not-attached',
    ],
  ])('open nothing for %s, and say so', (_, given, expected) => {
    expect(onlyFound(gateway() + route(given))).toEqual([`${expected} HTTPRoute/shop/web`]);
  });

  it('without a parent open nothing, and say so', () => {
    const yaml = route().replace('parentRefs: [{ name: public, namespace: infra }], ', '');
    expect(onlyFound(gateway() + yaml)).toEqual(['warning route-without-parents HTTPRoute/shop/web']);
  });

  it('of a mesh, which attach to a Service, are no way in from outside', () => {
    expect(onlyFound(route({ parent: 'group: "", kind: Service, name: web' }))).toEqual([]);
  });

  it.each([
    ['Same, the default', 'name: l, port: 80, protocol: HTTP'],
    ['None', 'name: l, port: 80, protocol: HTTP, allowedRoutes: { namespaces: { from: None } }'],
    [
      'another team',
      'name: l, port: 80, protocol: HTTP, allowedRoutes: { namespaces: { from: Selector, selector: { matchLabels: { team: infra } } } }',
    ],
    [
      'other kinds',
      'name: l, port: 80, protocol: HTTP, allowedRoutes: { namespaces: { from: All }, kinds: [{ kind: GRPCRoute }] }',
    ],
    ['another protocol', 'name: l, port: 80, protocol: TCP, allowedRoutes: { namespaces: { from: All } }'],
  ])('open nothing through a listener that allows %s', (_, listener) => {
    expect(onlyFound(gateway(listener) + route())).toEqual(['warning route-not-attached HTTPRoute/shop/web']);
  });

  it.each([
    ['TLS, tls: { mode: Terminate }', true],
    ['TLS', true],
    ['TLS, tls: { mode: Passthrough }', false],
    ['example.com/own', false],
    ['example.com/own, allowedRoutes: { kinds: [{ kind: TCPRoute }], namespaces: { from: All } }', true],
  ])('of TCP attach to a listener of protocol %s: %s', (protocol, attached) => {
    const all = protocol.includes('allowedRoutes') ? '' : ', allowedRoutes: { namespaces: { from: All } }';
    const { policies } = compiled(
      gateway(`name: l, port: 443, protocol: ${protocol}${all}`) + route({ kind: 'TCPRoute' }),
    );
    expect(Object.keys(policies)).toEqual(attached ? ['shop/external-access-to-web'] : []);
  });

  it('come through a listener that selects their namespace by labels', () => {
    const listener =
      'name: l, port: 80, protocol: HTTP, allowedRoutes: { namespaces: { from: Selector, selector: { matchLabels: { team: shop } } } }';
    expect(Object.keys(compiled(gateway(listener) + route()).policies)).toEqual([
      'shop/external-access-to-web',
    ]);
  });

  it.each([
    ['shop.example.com', '*.example.com', true],
    ['*.example.com', 'a.b.example.com', true],
    ['Shop.example.com', 'shop.example.com', true],
    ['example.com', '*.example.com', false],
    ['evil-example.com', '*.example.com', false],
    ['shop.example.org', '*.example.com', false],
  ])('of host %s attach to a listener of %s: %s', (host, hostname, attached) => {
    const listener = `name: l, port: 80, protocol: HTTP, hostname: "${hostname}", allowedRoutes: { namespaces: { from: All } }`;
    const { policies } = compiled(gateway(listener) + route({ more: `, hostnames: ["${host}"]` }));
    expect(Object.keys(policies)).toEqual(attached ? ['shop/external-access-to-web'] : []);
  });
});

describe('routes to another namespace', () => {
  const across = gateway() + route({ backend: 'name: api, namespace: other, port: 80' });

  it('need a grant in the namespace that they lead to, for routes of the Gateway API', () => {
    const elsewhere = grant('kind: Service').replace('namespace: other', 'namespace: infra');
    const ofAnother = grant('kind: Service').replace(
      'group: gateway.networking.k8s.io,',
      'group: example.com,',
    );
    for (const yaml of [elsewhere, ofAnother]) {
      expect(compiled(across + deny('other') + yaml)).toMatchObject({
        policies: {},
        found: ['warning route-backend-not-granted HTTPRoute/shop/web'],
      });
    }
  });

  it.each([
    ['every Service', 'kind: Service', undefined, true],
    ['this Service', 'kind: Service, name: api', undefined, true],
    ['another Service', 'kind: Service, name: web', undefined, false],
    ['another kind', 'kind: Secret', undefined, false],
    ['routes of another namespace', 'kind: Service', 'kind: HTTPRoute, namespace: infra', false],
    ['routes of another kind', 'kind: Service', 'kind: TCPRoute, namespace: shop', false],
  ])('with a ReferenceGrant for %s (%s)', (_, to, from, granted) => {
    const { policies } = compiled(across + deny('other') + grant(to, from));
    expect(Object.keys(policies)).toEqual(granted ? ['other/external-access-to-api'] : []);
  });
});
