import type { JsonObject } from '../../../src/model/json';
import type { GatewayApi } from '../../../src/model/gateway-api/gateway-api';
import { cluster } from '../cluster-fixture';

function read(kind: string, spec: JsonObject): { api: GatewayApi | undefined; found: string[] } {
  const manifest = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind,
    metadata: { name: 'web', namespace: 'shop' },
    spec,
  };
  const { gatewayApi: api, findings } = cluster(manifest);
  return { api, found: findings.map(({ id, place, message }) => `${id} ${place.file ?? ''}: ${message}`) };
}

describe('Gateways', () => {
  const listener = { name: 'web', port: 443, protocol: 'HTTPS' };
  const listeners = (more: JsonObject): ReturnType<typeof read> =>
    read('Gateway', { gatewayClassName: 'x', listeners: [{ ...listener, ...more }] });

  it('take routes of their own namespace, of every kind that fits, unless they say otherwise (AllowedRoutes)', () => {
    const { api, found } = listeners({});
    expect(api?.gateways).toMatchObject([
      { className: 'x', listeners: [{ ...listener, namespaces: 'Same', tlsMode: 'Terminate' }] },
    ]);
    expect(api?.gateways[0]?.listeners[0]?.kinds).toBeUndefined();
    expect(found).toEqual([]);
  });

  it('keep the addresses that are host names', () => {
    const addresses = [
      { type: 'Hostname', value: 'a.b.svc' },
      { type: 'IPAddress', value: '10.0.0.1' },
      { value: '10.0.0.2' },
    ];
    expect(read('Gateway', { gatewayClassName: 'x', addresses }).api?.gateways[0]?.hostnames).toEqual([
      'a.b.svc',
    ]);
  });

  it.each([
    [
      'an unknown word',
      { allowedRoutes: { namespaces: { from: 'Everywhere' } } },
      'allowedRoutes.namespaces.from',
    ],
    [
      'a selector that is missing',
      { allowedRoutes: { namespaces: { from: 'Selector' } } },
      'allowedRoutes.namespaces.selector',
    ],
    [
      'a selector that is wrong',
      { allowedRoutes: { namespaces: { from: 'Selector', selector: { matchLabels: { a: 1 } } } } },
      'allowedRoutes.namespaces.selector.matchLabels.a',
    ],
    ['namespaces that are no object', { allowedRoutes: { namespaces: 'All' } }, 'allowedRoutes.namespaces'],
    ['a port that is none', { port: 0 }, 'port'],
  ])('lose a listener with %s, and say where', (_, more, field) => {
    const { api, found } = listeners(more);
    expect(api?.gateways[0]?.listeners).toEqual([]);
    expect(found).toEqual([expect.stringContaining(`Gateway.web.spec.listeners.0.${field}: `)]);
  });

  it('do not take every kind because the one they name cannot be read', () => {
    const { api, found } = listeners({ allowedRoutes: { kinds: [{ group: 'x' }] } });
    expect(api?.gateways[0]?.listeners[0]?.kinds).toEqual([]);
    expect(found).toHaveLength(1);
  });

  it('name fields that there are not', () => {
    expect(listeners({ allowedroutes: {} }).found).toEqual([
      expect.stringMatching(/^unknown-field Gateway\.web\.spec\.listeners\.0\.allowedroutes/),
    ]);
  });
});

describe('routes', () => {
  it('have the defaults of their CRD', () => {
    const { api, found } = read('HTTPRoute', {
      parentRefs: [{ name: 'public' }],
      rules: [{ backendRefs: [{ name: 'web', port: 80 }] }],
    });
    expect(api?.routes).toMatchObject([
      {
        kind: 'HTTPRoute',
        hostnames: [],
        parents: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: 'shop', name: 'public' }],
        backends: [{ group: '', kind: 'Service', namespace: 'shop', name: 'web', port: 80, weight: 1 }],
      },
    ]);
    expect(api?.routes[0]?.backends[0]?.place.file).toBe('HTTPRoute.web.spec.rules.0.backendRefs.0');
    expect(found).toEqual([]);
  });

  it('have the backends of filters as well: mirrors, and whoever is asked for leave', () => {
    const backendRef = (name: string): JsonObject => ({ backendRef: { name, port: 80 } });
    const { api, found } = read('HTTPRoute', {
      parentRefs: [{ name: 'public' }],
      rules: [
        {
          matches: [],
          timeouts: {},
          filters: [{ type: 'RequestMirror', requestMirror: backendRef('mirror') }],
          backendRefs: [
            { name: 'web', port: 80, filters: [{ type: 'ExternalAuth', externalAuth: backendRef('auth') }] },
          ],
        },
      ],
    });
    expect(api?.routes[0]?.backends.map(({ name }) => name)).toEqual(['web', 'auth', 'mirror']);
    expect(found).toEqual([]);
  });

  it.each([
    ['parentRefs', [{ name: 'public', port: 'http' }], 'parentRefs.0.port'],
    ['parentRefs', [{ namespace: 'infra' }], 'parentRefs.0.name'],
    ['parentRefs', [{ name: 'public', namspace: 'infra' }], 'parentRefs.0.namspace'],
    ['rules', [{ backendRefs: [{ name: 'web', port: 70000 }] }], 'rules.0.backendRefs.0.port'],
    ['rules', [{ backendRefs: [{ port: 80 }] }], 'rules.0.backendRefs.0.name'],
    ['rules', [{ backends: [] }], 'rules.0.backends'],
    ['parentrefs', [], 'parentrefs'],
  ])('say what is wrong in %s', (field, value, place) => {
    const { found } = read('TCPRoute', { [field]: value });
    expect(found).toEqual([expect.stringContaining(` TCPRoute.web.spec.${place}: `)]);
  });

  it('lose a reference whose port cannot be read: without it every port would be meant', () => {
    const { api } = read('TCPRoute', {
      parentRefs: [
        { name: 'public', port: 'http' },
        { name: 'other', port: 0 },
      ],
      rules: [
        {
          backendRefs: [
            { name: 'web', port: '80' },
            { name: 'web', port: 70000 },
          ],
        },
      ],
    });
    expect(api?.routes).toMatchObject([{ parents: [], backends: [] }]);
  });

  it('of every other kind and group are none', () => {
    expect(read('XRoute', {}).api?.routes).toEqual([]);
  });
});

describe('ReferenceGrants', () => {
  const from = { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'shop' };
  const to = { group: '', kind: 'Service' };

  it('grant what they list', () => {
    const { api, found } = read('ReferenceGrant', { from: [from], to: [to, { ...to, name: 'api' }] });
    expect(api?.grants).toEqual([
      {
        namespace: 'shop',
        from: [from],
        to: [
          { ...to, name: undefined },
          { ...to, name: 'api' },
        ],
      },
    ]);
    expect(found).toEqual([]);
  });

  it.each([
    [{ from: [{ ...from, namespace: 7 }], to: [to] }],
    [{ from: [{ group: from.group, kind: from.kind }], to: [to] }],
    [{ from: [from], to: [{ ...to, name: 7 }] }],
  ])('lose an entry that cannot be read: it would grant more than it says', (spec) => {
    const { api, found } = read('ReferenceGrant', spec);
    expect(api?.grants.flatMap((grant) => [grant.from.length * grant.to.length])).toEqual([0]);
    expect(found).toHaveLength(1);
  });
});
