import fc from 'fast-check';
import { isJsonObject, type JsonObject } from '../../src/model/json';
import { buildCluster } from '../../src/model/build-cluster';
import { DIRECTIONS } from '../../src/policies/direction';
import { readPolicies } from '../../src/policies/read-policies';
import { readManifests } from '../../src/sources/manifest';
import { policyChanges, changePolicy } from '../fuzz/policy-changes';
import { generate, type Family } from '../oracle/generate';
import type { Manifest } from '../oracle/manifest';
import { applicationWorlds } from './application-worlds';
import { hasGo, type EngineName } from './build';
import { calicoObjects, forCalico } from './calico-objects';
import { Engine } from './engine';
import { evaluatorSides } from './evaluator-sides';
import { knownDifference } from './known-calico-differences';
import { kubernetesObjects } from './kubernetes-objects';
import { familyOf, isUpToPolicies, questions, settle, type SettledWorld } from './settled-world';

/** Changed objects in a run of each kind; `ENGINE_CHANGES=5000` for a long one, and fast-check prints the seed of a failure. */
const RUNS = Number(process.env['ENGINE_CHANGES'] ?? 500);
const WORLDS = 200;
const PACKETS = 60;
const MINUTES = 60_000;
/** Blocks that changes write. */
const BLOCKS = ['10.0.0.0/8', '10.244.1.0/24', '10.244.1.7/25', '10.0.0.1/32', 'fd00::/8', 'fd00:10::/64'];

interface Opinion {
  readonly engine: EngineName;
  readonly cni: 'kubernetes' | 'calico';
  readonly families: readonly Family[];
  readonly prepare: (world: SettledWorld) => SettledWorld;
  readonly objects: (world: SettledWorld) => readonly unknown[];
  /** What is changed. */
  readonly changed: (manifest: Manifest) => boolean;
}

const isNetworkPolicy = ({ apiVersion }: Manifest): boolean => apiVersion === 'networking.k8s.io/v1';
const isOfCalico = ({ apiVersion, kind }: Manifest): boolean =>
  apiVersion === 'projectcalico.org/v3' && kind !== 'StagedKubernetesNetworkPolicy';

const OPINIONS: readonly (readonly [string, Opinion])[] = [
  [
    'a NetworkPolicy is the same to us and to kube-network-policies',
    {
      engine: 'kube-network-policies',
      cni: 'kubernetes',
      families: ['kubernetes'],
      prepare: (world) => world,
      objects: kubernetesObjects,
      changed: isNetworkPolicy,
    },
  ],
  [
    'a NetworkPolicy is the same to us and to Calico',
    {
      engine: 'calico',
      cni: 'calico',
      families: ['kubernetes'],
      prepare: forCalico,
      objects: calicoObjects,
      changed: isNetworkPolicy,
    },
  ],
  [
    "an object of Calico's is the same to us and to Calico",
    {
      engine: 'calico',
      cni: 'calico',
      families: ['calico', 'mixed', 'staged'],
      prepare: forCalico,
      objects: calicoObjects,
      changed: isOfCalico,
    },
  ],
];

const suite = hasGo() ? describe : describe.skip;
if (!hasGo())
  process.stderr.write('SKIPPED: no `go` on the path, so no second opinion on changed objects.\n');

suite.each(OPINIONS)('Changed, %s:', (_, { engine: name, cni, families, prepare, objects, changed }) => {
  let engine: Engine;
  beforeAll(() => {
    engine = Engine.start(name);
  }, 30 * MINUTES);
  afterAll(() => engine.stop());

  const cases = fc.record({
    family: fc.constantFrom(...families),
    seed: fc.integer({ min: 1, max: WORLDS }),
    application: fc.integer({ min: 0, max: 19 }),
    at: fc.nat(50),
    changes: policyChanges,
  });

  it(
    'both refuse it, or both decide about packets alike',
    async () => {
      const seen = { accepted: 0, refused: 0, packets: 0 };
      await fc.assert(
        fc.asyncProperty(cases, async ({ family, seed, application, at, changes }) => {
          // Real policies every fourth time, as long as there are any beside the checkout.
          const real = isApplied(families) ? applicationWorlds()[application] : undefined;
          const world = prepare(real ?? settle(generate(family, seed).manifests, familyOf(seed)));
          const targets = world.manifests.filter(changed);
          const target = targets[at % Math.max(1, targets.length)];
          if (target === undefined) return;
          const text = JSON.stringify(placed(changePolicy(JSON.parse(JSON.stringify(target)), changes)));
          const object: Manifest = JSON.parse(text);
          const others = { ...world, manifests: world.manifests.filter((manifest) => manifest !== target) };
          const asked = questions(world, seed, PACKETS, BLOCKS).filter(isUpToPolicies);
          const packets = asked.map((question) => question.asked);
          const refusal = stopsFelix(object) ? 'stops Felix, and us with a warning' : refusalOf(text);
          const verdicts = stopsFelix(object)
            ? ''
            : await engine
                .judge([...objects(others), object], packets)
                .catch((error: unknown) => String(error));
          if (typeof verdicts === 'string' || refusal !== '') {
            // What the engine takes and we do not is for others to judge: it does not look at names.
            if (typeof verdicts === 'string' && refusal === '') expectKnown(text, verdicts);
            seen.refused += 1;
            return;
          }
          const manifests = [...others.manifests, object];
          const side = evaluatorSides(manifests, cni);
          const differing = asked.flatMap((question, index) =>
            DIRECTIONS.filter((direction) => {
              const ours = side(question, direction);
              seen.packets += ours === 'undecided' ? 0 : 1;
              return ours !== 'undecided' && ours !== verdicts[index]?.[direction];
            }).map(
              (direction) =>
                `${direction} of ${JSON.stringify(question.asked)}: we ${side(question, direction)}`,
            ),
          );
          expect({ text, differing }).toEqual({ text, differing: [] });
          seen.accepted += 1;
        }),
        { numRuns: RUNS },
      );
      process.stdout.write(`${name}: ${JSON.stringify(seen)}\n`);
      expect(seen.accepted).toBeGreaterThan(RUNS / 6);
      expect(seen.refused).toBeGreaterThan(RUNS / 10);
    },
    20 * MINUTES,
  );
});

function isApplied(families: readonly Family[]): boolean {
  return families.includes('kubernetes');
}

/** What we have against the object of a text; empty when nothing. */
function refusalOf(text: string): string {
  const { resources, findings } = readManifests(text, { file: 'changed.json' });
  const cluster = buildCluster(resources);
  return [...findings, ...cluster.findings, ...readPolicies(cluster.resources).findings]
    .filter(({ severity, id }) => severity === 'error' || id === 'templated-manifest')
    .map(({ message }) => message)
    .join('; ');
}

/** A network set that the engine does not survive (network-sets.engine.ts). */
function stopsFelix(manifest: Manifest): boolean {
  if (manifest.kind !== 'NetworkSet' && manifest.kind !== 'GlobalNetworkSet') return false;
  return /"nets":\[[^\]]*("")|::ffff:|null/.test(JSON.stringify(manifest.spec ?? ''));
}

/** In the namespace `default` where it has to be in one and says none, as the API server puts it. */
function placed(object: JsonObject): JsonObject {
  const { kind, metadata } = object;
  if (typeof kind !== 'string' || !isJsonObject(metadata) || /^(?:Staged)?Global|^Tier$/.test(kind))
    return object;
  return metadata['namespace'] ? object : { ...object, metadata: { ...metadata, namespace: 'default' } };
}

function expectKnown(text: string, theirs: string): void {
  // Of what is wrong with the rest of the cluster without this object, or with it, the two need not agree.
  if (/is in tier .*, which does not exist/.test(theirs)) return;
  const [, words = theirs] = /^.*?\}: (.*)$/s.exec(theirs) ?? [];
  if (knownDifference('laxer', JSON.parse(text), words) !== undefined) return;
  throw new Error(`${text}\nthe engine: ${theirs}\nwe take it`);
}
