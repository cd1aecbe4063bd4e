import fc from 'fast-check';
import { SYSTEM_CLOCK } from '../../../src/controller/api/clock';
import { IncrementalCompiler, type UnitChange } from '../../../src/controller/desired/incremental-compiler';
import { readChanges } from '../../../src/controller/desired/read-changes';
import { ObservedCluster } from '../../../src/controller/observed/observed-cluster';
import { WATCHED_KINDS } from '../../../src/controller/observed/watched-kinds';
import { ProofWork } from '../../../src/controller/proof/proof-work';
import { reachedBy } from '../../../src/controller/proof/reached-by';
import type { IntentsCompilerOptions } from '../../../src/compiler/compiler-options';
import type { JsonObject } from '../../../src/model/json';
import { compileResources } from '../../../src/proof/compile-resources';
import { editsOf, keyOf, nameArb, namespaceArb, objectArb, optionsArb, type Edit } from '../edits';
import { networkPolicy, observed } from '../world';

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

/** What is said of declared calls, sorted. */
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
    const said = new Set<string>();
    for (const client of this.compiler.allUnits.keys())
      for (const home of this.compiler.allUnits.keys())
        for (const name of this.compiler.unit(home)?.outcomes.keys() ?? [])
          for (const { findings } of this.proofs.of(client, home, name))
            for (const { id, message } of findings) said.add(`${id}: ${message}`);
    return [...said].sort();
  }
}

function whole(objects: readonly JsonObject[], options: IntentsCompilerOptions): string[] {
  const resources = objects.map((object) => observed(object).resource);
  const { findings } = compileResources(resources, {
    options,
    reachabilityOptions: { cni: 'calico' },
    dialect: 'kubernetes',
  });
  return [
    ...new Set(findings.filter(({ id }) => PROVED.test(id)).map(({ id, message }) => `${id}: ${message}`)),
  ].sort();
}

describe('proving what a change can reach', () => {
  it('says, after any edits, of declared calls what the proof of all objects at once says', async () => {
    let [compared, withFindings] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        editsOf(fc.oneof({ weight: 3, arbitrary: objectArb }, { weight: 1, arbitrary: policyArb })),
        optionsArb,
        fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
        async (edits, options, looks) => {
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
      { numRuns: 150 },
    );
    expect(compared).toBeGreaterThan(150);
    // Else nothing was compared but silence.
    expect(withFindings).toBeGreaterThan(30);
  });
});
