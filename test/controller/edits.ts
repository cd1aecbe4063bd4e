import fc from 'fast-check';
import type { ProfileName } from '../../src/compiler/compilation';
import type { IntentsCompilerOptions } from '../../src/compiler/compiler-options';
import type { JsonObject } from '../../src/model/json';
import { clientIntents, deployment, namespace, networkPolicy, protectedService, service } from './world';

/*
 * Small worlds in which everything meets: workloads of one name and two kinds, clients told apart by ports, Services over
 * several workloads, an ingress controller in a namespace of its own, denies of somebody else, annotations of servers.
 */
const NAMESPACES = ['a', 'b', 'a-b'];
const NAMES = ['web', 'db', 'b-web'];
export const namespaceArb = fc.constantFrom(...NAMESPACES);
export const nameArb = fc.constantFrom(...NAMES);
const kindArb = fc.constantFrom('Deployment', 'StatefulSet');
const kindOrNoneArb = fc.constantFrom(undefined, 'Deployment', 'StatefulSet', 'Service');

const targetArb: fc.Arbitrary<JsonObject> = fc.oneof(
  fc
    .tuple(
      nameArb,
      namespaceArb,
      kindOrNoneArb,
      fc.constantFrom<JsonObject>({}, { ports: [8080] }, { ports: [9090] }),
    )
    .map(([name, home, kind, ports]) => ({
      kubernetes: { name: `${name}.${home}`, ...(kind === undefined ? {} : { kind }), ...ports },
    })),
  fc.tuple(nameArb, namespaceArb).map(([name, home]) => ({ service: { name: `${name}.${home}` } })),
  fc.constant<JsonObject>({ internet: { ips: ['1.2.3.4'], ports: [443] } }),
);

export const objectArb: fc.Arbitrary<JsonObject> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        namespaceArb,
        nameArb,
        kindArb,
        fc.boolean(),
        fc.constantFrom(8080, 9090),
        fc.option(namespaceArb),
      )
      .map(([home, name, kind, shared, port, caller]) =>
        deployment(home, name, {
          kind,
          port,
          labels: shared ? { tier: 'x', app: name } : { app: name, kind },
          annotations:
            caller === null
              ? {}
              : { 'intents.otterize.com/called-by': `[{"name":"web.${caller}","kind":"Deployment"}]` },
        }),
      ),
  },
  {
    weight: 5,
    arbitrary: fc
      .tuple(
        namespaceArb,
        nameArb,
        fc.constantFrom(undefined, 'Deployment'),
        fc.array(targetArb, { maxLength: 3 }),
        fc.boolean(),
      )
      .map(([home, client, kind, targets, second]) =>
        clientIntents(home, client, targets, {
          name: second ? `${client}-2` : client,
          ...(kind === undefined ? {} : { kind }),
        }),
      ),
  },
  fc
    .tuple(namespaceArb, nameArb, fc.boolean(), fc.constantFrom('ClusterIP', 'LoadBalancer'))
    .map(([home, name, wide, type]) => service(home, name, wide ? { tier: 'x' } : { app: name }, { type })),
  fc
    .tuple(namespaceArb, nameArb, fc.constantFrom(undefined, 'Deployment', 'Service'))
    .map(([home, name, kind]) => protectedService(home, name, kind)),
  fc
    .tuple(namespaceArb, fc.constantFrom('Ingress', 'Egress'))
    .map(([home, type]) =>
      networkPolicy(home, `deny-${type.toLowerCase()}`, { podSelector: {}, policyTypes: [type] }),
    ),
  fc
    .tuple(namespaceArb, fc.constantFrom<Record<string, string>>({}, { team: 'x' }))
    .map(([name, labels]) => namespace(name, labels)),
  fc.constant(deployment('ingress-nginx', 'controller', { args: ['/nginx-ingress-controller'] })),
  fc.constant({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'nginx' },
    spec: { controller: 'k8s.io/ingress-nginx' },
  }),
  fc.tuple(namespaceArb, nameArb).map(([home, name]): JsonObject => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace: home },
    spec: { ingressClassName: 'nginx', defaultBackend: { service: { name, port: { number: 80 } } } },
  })),
);

export const optionsArb: fc.Arbitrary<IntentsCompilerOptions> = fc.record({
  profile: fc.constantFrom<ProfileName>('seed', 'otterize', 'selectors'),
  egress: fc.constantFrom(true, 'if-blocked' as const),
  externalTraffic: fc.constantFrom('if-blocked' as const, 'always' as const),
  enforcement: fc.constantFrom({}, { default: 'shadow' as const, namespaces: { b: 'enforce' as const } }),
});

/** An object as it is now, or gone. */
export interface Edit {
  readonly object: JsonObject;
  readonly gone: boolean;
}

/** Edits of objects, one after the other; one in five takes the object away. */
export function editsOf(objects: fc.Arbitrary<JsonObject>): fc.Arbitrary<Edit[]> {
  return fc.array(fc.record({ object: objects, gone: fc.nat(4).map((n) => n === 0) }), {
    minLength: 10,
    maxLength: 40,
  });
}

/** What tells an object from all others. */
export function keyOf({ apiVersion, kind, metadata }: JsonObject): string {
  return JSON.stringify([
    apiVersion,
    kind,
    metadata !== undefined && (metadata as JsonObject)['namespace'],
    (metadata as JsonObject)['name'],
  ]);
}
