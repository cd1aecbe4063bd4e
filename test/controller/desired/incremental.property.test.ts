import fc from 'fast-check';
import type { Compilation } from '../../../src/compiler/compilation';
import { compile } from '../../../src/compiler/compile';
import { compileOptions, type IntentsCompilerOptions } from '../../../src/compiler/compiler-options';
import { presentReachability } from '../../../src/compiler/present-policies';
import { readIntents } from '../../../src/intents/read-intents';
import { buildCluster } from '../../../src/model/build-cluster';
import type { JsonObject } from '../../../src/model/json';
import { editsOf, keyOf, objectArb, optionsArb, type Edit } from '../edits';
import { observed } from '../world';
import { Following, sorted, type Outcome } from './following';
import { sharedArb, WORLD } from './shared-objects';

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

/** Edits of a world that is there. */
const sharedEdits: fc.Arbitrary<Edit[]> = editsOf(sharedArb).map((edits) => [
  ...WORLD.map((object) => ({ object, gone: false })),
  ...edits,
]);

describe('compiling what a change can reach', () => {
  it.each([
    ['any edits', editsOf(objectArb), 300],
    ['edits of objects that are about other namespaces', sharedEdits, 150],
  ])('gives, after %s, what compiling all objects at once gives', (_, editsArb, numRuns) => {
    const gateways = ['ingress-nginx/door=ingress-nginx/controller'];
    fc.assert(
      fc.property(
        editsArb,
        optionsArb,
        fc.boolean(),
        fc.array(fc.boolean(), { minLength: 70, maxLength: 70 }),
        (edits, drawn, isNamed, looks) => {
          const options = { ...drawn, ...(isNamed ? { gateways } : {}) };
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
});
