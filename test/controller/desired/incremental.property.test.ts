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
import { editsOf, keyOf, objectArb, optionsArb, type Edit } from '../edits';
import { observed } from '../world';

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

describe('compiling what a change can reach', () => {
  it('gives, after any edits, what compiling all objects at once gives', () => {
    fc.assert(
      fc.property(
        editsOf(objectArb),
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
