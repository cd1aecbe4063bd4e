import fc from 'fast-check';
import type { JsonObject } from '../../src/model/json';
import { buildCluster } from '../../src/model/build-cluster';
import { readPolicies } from '../../src/policies/read-policies';
import { readManifests } from '../../src/sources/manifest';
import { policyChanges, changePolicy } from '../fuzz/policy-changes';
import { hasGo } from './build';
import { CALICO_SAMPLES } from './calico-samples';
import { Engine } from './engine';
import { knownDifference, KNOWN } from './known-calico-differences';

/** Changed objects in a run; `ENGINE_CHANGES=50000` for a long one, and fast-check prints the seed of a failure. */
const RUNS = Number(process.env['ENGINE_CHANGES'] ?? 6_000);
const BATCH = 50;
const MINUTES = 60_000;

const changed: fc.Arbitrary<JsonObject> = fc
  .tuple(fc.constantFrom(...CALICO_SAMPLES), policyChanges)
  .map(([sample, changes]) => changePolicy(sample, changes));

const suite = hasGo() ? describe : describe.skip;
if (!hasGo())
  process.stderr.write('SKIPPED: no `go` on the path, so no second opinion on changed objects.\n');

suite("An object of Calico's with changes", () => {
  let engine: Engine;
  beforeAll(() => {
    engine = Engine.start('calico');
  }, 30 * MINUTES);
  afterAll(() => engine.stop());

  it(
    'is refused by us exactly when Calico refuses it, but for the differences that are known',
    async () => {
      const seen = { accepted: 0, refused: 0, known: new Set<string>() };
      await fc.assert(
        fc.asyncProperty(
          fc.array(changed, { minLength: 1, maxLength: BATCH, size: 'max' }),
          async (objects) => {
            // As they stand in a file: what JSON has no word for is not in it.
            const texts = objects.map((object) => JSON.stringify(object));
            const theirs = await engine.validate(texts.map((text): unknown => JSON.parse(text)));
            texts.forEach((text, index) => {
              const refusal = theirs[index] ?? '';
              if (refusal === '') seen.accepted += 1;
              else seen.refused += 1;
              const known = compare(text, refusal);
              if (known !== undefined) seen.known.add(known);
            });
          },
        ),
        { numRuns: Math.ceil(RUNS / BATCH) * 2 },
      );
      expect(seen.accepted).toBeGreaterThan(RUNS / 10);
      expect(seen.refused).toBeGreaterThan(RUNS / 10);
      // Each is met, so that none outlives what it is about.
      expect([...seen.known].sort()).toEqual(KNOWN.map(({ why }) => why).sort());
    },
    20 * MINUTES,
  );
});

/** The known difference in how the object of a text is read; throws for one that nobody knows. */
function compare(text: string, refusal: string): string | undefined {
  const { resources, findings } = readManifests(text, { file: 'changed.json' });
  const cluster = buildCluster(resources);
  const errors = [...findings, ...cluster.findings, ...readPolicies(cluster.resources).findings].filter(
    // Of a template nobody knows what it will be.
    ({ severity, id }) => severity === 'error' || id === 'templated-manifest',
  );
  const ours = errors.map(({ message }) => message).join('; ');
  if ((ours === '') === (refusal === '')) return undefined;
  const object: JsonObject = JSON.parse(text);
  const known = knownDifference(ours === '' ? 'laxer' : 'stricter', object, ours === '' ? refusal : ours);
  if (known !== undefined) return known.why;
  throw new Error(`${text}\nCalico: ${refusal || 'takes it'}\nwe: ${ours || 'take it'}`);
}
