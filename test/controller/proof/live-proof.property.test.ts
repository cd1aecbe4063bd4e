import fc from 'fast-check';
import { SYSTEM_CLOCK } from '../../../src/controller/api/clock';
import { IncrementalCompiler, type UnitChange } from '../../../src/controller/desired/incremental-compiler';
import { readChanges } from '../../../src/controller/desired/read-changes';
import { ObservedCluster } from '../../../src/controller/observed/observed-cluster';
import { WATCHED_KINDS } from '../../../src/controller/observed/watched-kinds';
import { ProofWork } from '../../../src/controller/proof/proof-work';
import { reachedBy } from '../../../src/controller/proof/reached-by';
import type { IntentsCompilerOptions } from '../../../src/compiler/compiler-options';
import type { Finding } from '../../../src/model/finding';
import type { JsonObject } from '../../../src/model/json';
import { compileResources } from '../../../src/proof/compile-resources';
import { editsOf, keyOf, nameArb, namespaceArb, objectArb, optionsArb, type Edit } from '../edits';
import { clientIntents, deployment, networkPolicy, observed } from '../world';

/** Policies of others that cut calls, or let them through all the same. */
const policyArb: fc.Arbitrary<JsonObject> = fc.oneof(
  fc
    .tuple(namespaceArb, nameArb, fc.constantFrom('Ingress', 'Egress'), fc.boolean())
    .map(([home, name, type, opens]) =>
      networkPolicy(home, `others-${name}`, {
        podSelector: { matchLabels: { app: name } },
        policyTypes: [type],
        ...(opens ? { [type.toLowerCase()]: [{ ports: [{ port: 8080 }] }] } : {}),
      }),
    ),
  fc
    .tuple(nameArb, fc.constantFrom('Ingress', 'Egress'), fc.constantFrom('Deny', 'Pass'))
    .map(([name, type, action]): JsonObject => ({
      apiVersion: 'projectcalico.org/v3',
      kind: 'GlobalNetworkPolicy',
      metadata: { name: `global-${name}` },
      spec: {
        order: 10,
        selector: `app == '${name}'`,
        types: [type],
        [type.toLowerCase()]: [{ action, protocol: 'TCP', destination: { ports: [8080] } }],
      },
    })),
);

/** Calls in and between namespaces, so that there is something to cut from the start. */
const BASE: readonly Edit[] = [
  ...['a', 'b'].flatMap((home) => ['web', 'db'].map((name) => deployment(home, name))),
  clientIntents('a', 'web', [{ kubernetes: { name: 'db' } }, { kubernetes: { name: 'db.b' } }]),
  clientIntents('b', 'web', [
    { kubernetes: { name: 'db', ports: [8080] } },
    { kubernetes: { name: 'web.a' } },
  ]),
].map((object) => ({ object, gone: false }));

/** What is said of declared calls. */
const PROVED = /^(?:declared-call-|outside-call-)/;

class Following {
  private readonly cluster = new ObservedCluster(WATCHED_KINDS.map(({ resource }) => resource));
  private readonly compiler: IncrementalCompiler;
  private readonly proofs: ProofWork;

  constructor(options: IntentsCompilerOptions) {
    const settings = {
      options,
      reachabilityOptions: { cni: 'calico' as const },
      dialect: 'kubernetes' as const,
    };
    this.compiler = new IncrementalCompiler(settings);
    this.proofs = new ProofWork({
      observed: this.cluster,
      compiler: this.compiler,
      settings,
      calico: true,
      staysAsItIs: () => false,
      clock: SYSTEM_CLOCK,
      hooks: undefined,
      log: undefined,
      onChange: () => undefined,
    });
  }

  apply({ object, gone }: Edit): void {
    this.cluster.put(observed(object), gone);
  }

  async outcome(): Promise<string[]> {
    readChanges(this.cluster, this.compiler);
    while (this.compiler.next());
    const changes: UnitChange[] = this.compiler.commit();
    for (const key of this.proofs.mark(reachedBy(changes))) {
      const namespace = key.slice('proof|'.length);
      while ((await this.proofs.work(namespace)).type === 'more');
    }
    return this.said();
  }

  private said(): string[] {
    const units = [...this.compiler.allUnits.values()];
    // Those that annotations of servers declare are among them.
    const intents = units.flatMap(({ declared, outside }) =>
      [...declared, ...outside].map(({ intents: { namespace, name } }) => ({ namespace, name })),
    );
    const proofs = units.flatMap((client) =>
      intents.flatMap(({ namespace, name }) => this.proofs.of(client.namespace, namespace, name)),
    );
    return lines(proofs.flatMap(({ findings }) => findings));
  }
}

function lines(findings: readonly Finding[]): string[] {
  return [...new Set(findings.map(({ id, message }) => `${id}: ${message}`))].sort();
}

function whole(objects: readonly JsonObject[], options: IntentsCompilerOptions): string[] {
  const resources = objects.map((object) => observed(object).resource);
  const { findings } = compileResources(resources, {
    options,
    reachabilityOptions: { cni: 'calico' },
    dialect: 'kubernetes',
  });
  return lines(findings.filter(({ id }) => PROVED.test(id)));
}

describe('proving what a change can reach', () => {
  it('says, after any edits, of declared calls what the proof of all objects at once says', async () => {
    let [compared, withFindings] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        editsOf(fc.oneof({ weight: 3, arbitrary: objectArb }, { weight: 2, arbitrary: policyArb })),
        optionsArb,
        fc.array(
          fc.nat(3).map((n) => n === 0),
          { minLength: 60, maxLength: 60 },
        ),
        async (more, options, looks) => {
          const edits = [...BASE, ...more];
          const following = new Following(options);
          const objects = new Map<string, JsonObject>();
          for (const [at, edit] of edits.entries()) {
            following.apply(edit);
            if (edit.gone) objects.delete(keyOf(edit.object));
            else objects.set(keyOf(edit.object), edit.object);
            if (looks[at] !== true && at !== edits.length - 1) continue;
            const expected = whole([...objects.values()], options);
            expect(await following.outcome()).toEqual(expected);
            compared++;
            if (expected.length > 0) withFindings++;
          }
        },
      ),
      { numRuns: 40 },
    );
    expect(compared).toBeGreaterThan(40);
    // Else nothing was compared but silence.
    expect(withFindings).toBeGreaterThan(20);
  }, 240_000);
});
