import fc from 'fast-check';
import { IncrementalCompiler } from '../../../src/controller/desired/incremental-compiler';
import { readChanges } from '../../../src/controller/desired/read-changes';
import { ObservedCluster } from '../../../src/controller/observed/observed-cluster';
import { WATCHED_KINDS } from '../../../src/controller/observed/watched-kinds';
import type { Compilation, ProfileName } from '../../../src/compiler/compilation';
import { compile } from '../../../src/compiler/compile';
import { compileOptions, type IntentsCompilerOptions } from '../../../src/compiler/compiler-options';
import { presentReachability } from '../../../src/compiler/present-policies';
import { readIntents } from '../../../src/intents/read-intents';
import { buildCluster } from '../../../src/model/build-cluster';
import type { JsonObject } from '../../../src/model/json';
import type { Labels } from '../../../src/model/resource';
import {
  clientIntents,
  deployment,
  namespace,
  networkPolicy,
  observed,
  protectedService,
  service,
} from '../world';

/*
 * Small worlds in which everything meets: workloads of one name and two kinds, clients told apart by ports, Services over
 * several workloads, an ingress controller in a namespace of its own, denies of somebody else, annotations of servers.
 */
const NAMESPACES = ['a', 'b', 'a-b'];
const NAMES = ['web', 'db', 'b-web'];
const namespaceArb = fc.constantFrom(...NAMESPACES);
const nameArb = fc.constantFrom(...NAMES);
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

const objectArb: fc.Arbitrary<JsonObject> = fc.oneof(
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

const optionsArb: fc.Arbitrary<IntentsCompilerOptions> = fc.record({
  profile: fc.constantFrom<ProfileName>('seed', 'otterize', 'selectors'),
  egress: fc.constantFrom(true, 'if-blocked' as const),
  externalTraffic: fc.constantFrom('if-blocked' as const, 'always' as const),
  enforcement: fc.constantFrom({}, { default: 'shadow' as const, namespaces: { b: 'enforce' as const } }),
});

interface Edit {
  readonly object: JsonObject;
  readonly gone: boolean;
}

const editsArb: fc.Arbitrary<Edit[]> = fc.array(
  fc.record({ object: objectArb, gone: fc.nat(4).map((n) => n === 0) }),
  { minLength: 10, maxLength: 40 },
);

interface Outcome {
  readonly policies: unknown;
  readonly podLabels: unknown;
  readonly namespaceLabels: unknown;
}

function keyOf({ apiVersion, kind, metadata }: JsonObject): string {
  return JSON.stringify([
    apiVersion,
    kind,
    metadata !== undefined && (metadata as JsonObject)['namespace'],
    (metadata as JsonObject)['name'],
  ]);
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

describe('compiling what a change can reach', () => {
  it('gives, after any edits, what compiling all objects at once gives', () => {
    fc.assert(
      fc.property(
        editsArb,
        optionsArb,
        fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
        (edits, options, looks) => {
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
      { numRuns: 300 },
    );
  });
});
