import fc from 'fast-check';
import { IncrementalCompiler } from '../../../src/controller/desired/incremental-compiler';
import { readChanges } from '../../../src/controller/desired/read-changes';
import { ObservedCluster } from '../../../src/controller/observed/observed-cluster';
import { WATCHED_KINDS } from '../../../src/controller/observed/watched-kinds';
import type { Compilation } from '../../../src/compiler/compilation';
import { compile } from '../../../src/compiler/compile';
import { compileOptions, type IntentsCompilerOptions } from '../../../src/compiler/compiler-options';
import { presentReachability } from '../../../src/compiler/present-policies';
import { readIntents } from '../../../src/intents/read-intents';
import { buildCluster } from '../../../src/model/build-cluster';
import type { JsonObject } from '../../../src/model/json';
import type { Labels } from '../../../src/model/resource';
import { editsOf, keyOf, nameArb, namespaceArb, objectArb, optionsArb, type Edit } from '../edits';
import { clientIntents, deployment, namespace, observed, service } from '../world';

interface Outcome {
  readonly policies: unknown;
  readonly podLabels: unknown;
  readonly namespaceLabels: unknown;
}

/** Compiled anew from every object, by the way of manifests. */
function whole(objects: readonly JsonObject[], options: IntentsCompilerOptions): Outcome {
  const resources = objects.map((object) => observed(object).resource);
  const cluster = buildCluster(resources);
  const read = readIntents(resources);
  const compilation = compile(cluster, read.intents, {
    ...compileOptions(options),
    protectedServices: read.protectedServices,
    present: presentReachability(cluster),
  });
  return outcomeOf(compilation);
}

function outcomeOf({ policies, podLabels, namespaceLabels }: Compilation): Outcome {
  return {
    policies: policies.map(({ manifest }) => JSON.stringify(manifest)).sort(),
    podLabels: sorted(podLabels.map(({ workload, labels }) => [workload.id, labels])),
    namespaceLabels: sorted(namespaceLabels.map(({ namespace: name, labels }) => [name, labels])),
  };
}

function sorted(entries: readonly (readonly [string, Labels])[]): unknown {
  return entries
    .map(([key, labels]) => [key, Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))])
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
}

class Following {
  private readonly cluster = new ObservedCluster(WATCHED_KINDS.map(({ resource }) => resource));
  private readonly compiler: IncrementalCompiler;
  compiled = 0;

  constructor(options: IntentsCompilerOptions) {
    this.compiler = new IncrementalCompiler({ options, reachabilityOptions: {}, dialect: 'kubernetes' });
  }

  apply({ object, gone }: Edit): void {
    this.cluster.put(observed(object), gone);
  }

  outcome(): Outcome {
    readChanges(this.cluster, this.compiler);
    while (this.compiler.next()) this.compiled++;
    this.compiler.commit();
    const units = [...this.compiler.allUnits.values()];
    const ids = new Set(units.flatMap(({ podLabels }) => [...podLabels.keys()]));
    const names = new Set(units.flatMap(({ namespaceLabels }) => [...namespaceLabels.keys()]));
    return {
      policies: units
        .flatMap(({ policies }) => [...policies.values()].map(({ manifest }) => JSON.stringify(manifest)))
        .sort(),
      podLabels: sorted([...ids].map((id) => [id, this.compiler.podLabelsOf(id)])),
      namespaceLabels: sorted([...names].map((name) => [name, this.compiler.namespaceLabelsOf(name)])),
    };
  }
}

const gateway = (kind: string, name: string, home: string | undefined, spec: JsonObject): JsonObject => ({
  apiVersion: `gateway.networking.k8s.io/${kind === 'ReferenceGrant' ? 'v1beta1' : 'v1'}`,
  kind,
  metadata: { name, ...(home === undefined ? {} : { namespace: home }) },
  spec,
});

/** Objects that are about other namespaces than their own. */
const sharedArb: fc.Arbitrary<JsonObject> = fc.oneof(
  fc.constant(gateway('GatewayClass', 'envoy', undefined, { controllerName: 'example.com/envoy' })),
  fc.constantFrom('Same', 'All').map((from) =>
    gateway('Gateway', 'door', 'ingress-nginx', {
      gatewayClassName: 'envoy',
      listeners: [{ name: 'http', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from } } }],
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
const WORLD: readonly JsonObject[] = [
  deployment('ingress-nginx', 'controller'),
  ...['a', 'b', 'a-b'].flatMap((home) =>
    ['web', 'db', 'b-web'].flatMap((name) => [
      deployment(home, name),
      service(home, name, { app: name }),
      clientIntents(home, name, [{ kubernetes: { name: 'db.a' } }, { kubernetes: { name: 'web.b' } }]),
    ]),
  ),
];

/** Edits of a world that is there. */
const sharedEdits: fc.Arbitrary<Edit[]> = editsOf(sharedArb).map((edits) => [
  ...WORLD.map((object) => ({ object, gone: false })),
  ...edits,
]);

describe('compiling what a change can reach', () => {
  it.each([
    ['any edits', editsOf(objectArb), 300],
    ['edits of objects that are about other namespaces', sharedEdits, 100],
  ])('gives, after %s, what compiling all objects at once gives', (_, editsArb, numRuns) => {
    const gateways = ['ingress-nginx/door=ingress-nginx/controller'];
    fc.assert(
      fc.property(
        editsArb,
        optionsArb,
        fc.array(fc.boolean(), { minLength: 70, maxLength: 70 }),
        (edits, drawn, looks) => {
          const options = { ...drawn, gateways };
          const following = new Following(options);
          const objects = new Map<string, JsonObject>();
          for (const [at, edit] of edits.entries()) {
            following.apply(edit);
            if (edit.gone) objects.delete(keyOf(edit.object));
            else objects.set(keyOf(edit.object), edit.object);
            if (looks[at] === true || at === edits.length - 1)
              expect(following.outcome()).toEqual(whole([...objects.values()], options));
          }
        },
      ),
      { numRuns },
    );
  });

  it('compiles for a route, a grant or a webhook the namespaces that it names, and for a tier of policies all', () => {
    const following = new Following({});
    const names = Array.from({ length: 20 }, (_unused, at) => `n${at}`);
    for (const name of names)
      for (const object of [namespace(name), deployment(name, 'web')])
        following.apply({ object, gone: false });
    following.outcome();
    const compiledFor = (object: JsonObject): number => {
      const before = following.compiled;
      following.apply({ object, gone: false });
      following.outcome();
      return following.compiled - before;
    };
    const route = (backend: string): JsonObject =>
      gateway('HTTPRoute', 'way', 'n1', {
        parentRefs: [{ name: 'door', namespace: 'n2' }],
        rules: [{ backendRefs: [{ name: 'web', namespace: backend, port: 80 }] }],
      });
    // Its own, that of the Gateway, that of the Service; then the Service of before and the one of now.
    expect([compiledFor(route('n3')), compiledFor(route('n4'))]).toEqual([3, 4]);
    expect(compiledFor(gateway('GatewayClass', 'envoy', undefined, {}))).toBe(20);
  });
});
