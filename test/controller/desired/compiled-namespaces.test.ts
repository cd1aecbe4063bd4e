import type { JsonObject } from '../../../src/model/json';
import { deployment, namespace, service } from '../world';
import { Following } from './following';
import { clusterWide, gateway, ingress, ingressClass } from './shared-objects';

const NAMESPACES = 20;
const CALICO = 'projectcalico.org/v3';
const POLICY = 'policy.networking.k8s.io/v1alpha1';

/** Namespaces n0 to n19, each with a workload and its Service. */
function cluster(): Following {
  const following = new Following({});
  for (let at = 0; at < NAMESPACES; at += 1) {
    const name = `n${at}`;
    for (const object of [namespace(name), deployment(name, 'web'), service(name, 'web', { app: 'web' })])
      following.apply({ object, gone: false });
  }
  following.outcome();
  return following;
}

/** How many namespaces are compiled for an object that comes or changes. */
function compiledFor(following: Following, object: JsonObject): number {
  const before = following.compiled;
  following.apply({ object, gone: false });
  following.outcome();
  return following.compiled - before;
}

const route = (backend: string): JsonObject =>
  gateway('HTTPRoute', 'way', 'n1', {
    parentRefs: [{ name: 'door', namespace: 'n2' }],
    rules: [{ backendRefs: [{ name: 'web', namespace: backend, port: 80 }] }],
  });
const door = (port: number): JsonObject =>
  gateway('Gateway', 'door', 'n2', {
    gatewayClassName: 'envoy',
    listeners: [{ name: 'http', port, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'All' } } }],
  });
const globalPolicy = (name: string, namespaceName: string, order = 1): JsonObject =>
  clusterWide(CALICO, 'GlobalNetworkPolicy', name, {
    spec: { order, namespaceSelector: `projectcalico.org/name == '${namespaceName}'`, types: ['Ingress'] },
  });
const tier = (order: number): JsonObject => clusterWide(CALICO, 'Tier', 'early', { spec: { order } });

describe('one changed object', () => {
  it('that is a route has its own namespace compiled, that of its Gateway, and those that it names or has named', () => {
    const following = cluster();
    expect(compiledFor(following, route('n3'))).toBe(3);
    expect(compiledFor(following, route('n4'))).toBe(4);
  });

  it('that is a Gateway, or its class, has its own namespace compiled and those of routes through it', () => {
    const following = cluster();
    expect(compiledFor(following, door(80))).toBe(1);
    expect(compiledFor(following, route('n3'))).toBe(3);
    expect(compiledFor(following, door(81))).toBe(3);
    const envoy = (name: string): JsonObject =>
      gateway('GatewayClass', name, undefined, { controllerName: 'x.y/z' });
    expect(compiledFor(following, envoy('envoy'))).toBe(3);
    // The namespace of the Gateway is part of every compilation that has to do with traffic: it is compiled each time.
    expect(compiledFor(following, envoy('other'))).toBe(1);
  });

  it('that is an IngressClass has the namespaces compiled that have an Ingress of it, or one of no class', () => {
    const following = cluster();
    compiledFor(following, ingress('n1', 'web', 'nginx'));
    compiledFor(following, ingress('n2', 'web', 'traefik'));
    compiledFor(following, ingress('n3', 'web', undefined));
    expect(compiledFor(following, ingressClass('nginx', 'k8s.io/ingress-nginx', false))).toBe(2);
    expect(compiledFor(following, ingressClass('other', 'x.y/z', false))).toBe(1);
  });

  it('that is a policy of the whole cluster has the namespaces compiled of which it selects something, now or before', () => {
    const following = cluster();
    const admin = (name: string): JsonObject =>
      clusterWide(POLICY, 'AdminNetworkPolicy', 'deny', {
        spec: {
          priority: 1,
          subject: { namespaces: { matchLabels: { 'kubernetes.io/metadata.name': name } } },
          ingress: [{ action: 'Deny', from: [{ namespaces: {} }] }],
        },
      });
    expect(compiledFor(following, admin('n1'))).toBe(1);
    expect(compiledFor(following, admin('n2'))).toBe(2);
    // The first object of Calico says which network plugin there is.
    expect(compiledFor(following, globalPolicy('deny', 'n1'))).toBe(NAMESPACES);
    expect(compiledFor(following, globalPolicy('deny', 'n1', 2))).toBe(1);
    expect(compiledFor(following, globalPolicy('deny', 'n2', 2))).toBe(2);
  });

  it('that is a tier or a set of addresses has the namespaces compiled that policies of Calico are about', () => {
    const following = cluster();
    compiledFor(following, globalPolicy('deny', 'n1'));
    compiledFor(following, {
      apiVersion: CALICO,
      kind: 'NetworkPolicy',
      metadata: { name: 'deny', namespace: 'n2' },
      spec: { types: ['Ingress'] },
    });
    const set: JsonObject = {
      apiVersion: CALICO,
      kind: 'NetworkSet',
      metadata: { name: 'set', namespace: 'n3', labels: { kind: 'set' } },
      spec: { nets: ['10.0.0.0/8'] },
    };
    expect([
      compiledFor(following, tier(1)),
      compiledFor(following, tier(2)),
      compiledFor(following, set),
    ]).toEqual([2, 2, 2]);
  });

  it('in a namespace that traffic comes from has those compiled that traffic comes to', () => {
    const following = cluster();
    const controller = (port: number): JsonObject =>
      deployment('doors', 'controller', { port, args: ['/nginx-ingress-controller'] });
    compiledFor(following, ingress('n1', 'web', 'nginx'));
    compiledFor(following, service('n2', 'open', { app: 'web' }, { type: 'LoadBalancer' }));
    compiledFor(following, deployment('n3', 'web', { annotations: { 'prometheus.io/scrape': 'true' } }));
    expect(compiledFor(following, controller(80))).toBe(4);
    expect(compiledFor(following, controller(81))).toBe(4);
  });
});
