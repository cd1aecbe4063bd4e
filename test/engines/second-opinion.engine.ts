import { generate, type Family } from '../oracle/generate';
import type { Manifest } from '../oracle/manifest';
import { verdict } from '../oracle/packet';
import { openEvaluator } from '../oracle/subject';
import { DIRECTIONS } from '../../src/policies/direction';
import { withoutNamedAdminPorts, withoutNodePeers } from './admin-policies';
import { evaluatorSides } from './evaluator-sides';
import { hasGo, type EngineName } from './build';
import { calicoObjects, forCalico } from './calico-objects';
import { Engine } from './engine';
import { kubernetesObjects } from './kubernetes-objects';
import {
  familyOf,
  isUpToPolicies,
  questions,
  settle,
  type Question,
  type SettledWorld,
} from './settled-world';

/** Clusters of each family and packets in each; `ENGINE_SEEDS=2000` for a long run, `ENGINE_FIRST_SEED` to go on. */
const SEEDS = Number(process.env['ENGINE_SEEDS'] ?? 300);
const FIRST_SEED = Number(process.env['ENGINE_FIRST_SEED'] ?? 1);
const PACKETS = 300;
const MINUTES = 60_000;

type Answers = readonly ('allow' | 'deny' | 'undecided')[];

interface Opinion {
  readonly engine: EngineName;
  readonly cni: 'kubernetes' | 'calico';
  readonly families: readonly Family[];
  /** Rewrites what the engine is known to get wrong or not to support; see README.md. */
  readonly prepare: (world: SettledWorld) => SettledWorld;
  /** What the engine is given of the world. */
  readonly objects: (world: SettledWorld) => readonly unknown[];
}

const OPINIONS: readonly Opinion[] = [
  {
    engine: 'kube-network-policies',
    cni: 'kubernetes',
    families: ['kubernetes', 'cluster-wide', 'admin'],
    prepare: (world) => withoutNodePeers(withoutNamedAdminPorts(world)),
    objects: kubernetesObjects,
  },
  {
    engine: 'calico',
    cni: 'calico',
    families: ['kubernetes', 'admin', 'calico', 'mixed', 'staged'],
    prepare: forCalico,
    objects: calicoObjects,
  },
];

const suite = hasGo() ? describe : describe.skip;
if (!hasGo()) process.stderr.write('SKIPPED: no `go` on the path, so no second opinion on any verdict.\n');

suite.each(OPINIONS)('$engine', ({ engine: name, cni, families, prepare, objects }) => {
  let engine: Engine;
  beforeAll(() => {
    engine = Engine.start(name);
  }, 30 * MINUTES);
  afterAll(() => engine.stop());

  const theirs = async (world: SettledWorld, asked: readonly Question[]): Promise<Answers> => {
    const packets = asked.map((question) => question.asked);
    const verdicts = await engine.judge(objects(world), packets);
    return verdicts.map(({ egress, ingress }) =>
      egress === 'allow' && ingress === 'allow' ? 'allow' : 'deny',
    );
  };
  const worlds = function* (
    family: Family,
  ): Generator<{ world: SettledWorld; asked: Question[]; seed: number }> {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      const world = prepare(settle(generate(family, seed).manifests, familyOf(seed)));
      yield { world, asked: questions(world, seed, PACKETS).filter(isUpToPolicies), seed };
    }
  };

  it.each(families)(
    "and the evaluator judge each end's policies alike in generated %s clusters",
    async (family) => {
      const differing: string[] = [];
      let compared = 0;
      for (const { world, asked, seed } of worlds(family)) {
        const side = evaluatorSides(world.manifests, cni);
        const packets = asked.map((question) => question.asked);
        const verdicts = await engine.judge(objects(world), packets);
        asked.forEach((question, index) => {
          for (const direction of DIRECTIONS) {
            const ours = side(question, direction);
            if (ours === 'undecided') continue;
            compared += 1;
            if (ours !== verdicts[index]?.[direction])
              differing.push(
                `seed ${String(seed)}, ${direction} of ${JSON.stringify(question.asked)}: we say ${ours}`,
              );
          }
        });
      }
      expect(differing.slice(0, 10)).toEqual([]);
      expect(compared).toBeGreaterThan(SEEDS * 50);
    },
    20 * MINUTES,
  );

  describe.each([
    ['the evaluator', evaluatorAnswers],
    ['the oracle', oracleAnswers],
  ])('and %s', (_, ours) => {
    it.each(families)(
      'judge every packet of generated %s clusters alike',
      async (family) => {
        let compared = 0;
        let unanswered = 0;
        for (const { world, asked, seed } of worlds(family)) {
          const mine = ours(world.manifests, asked, cni);
          const other = await theirs(world, asked);
          const at = mine.findIndex((answer, index) => answer !== 'undecided' && answer !== other[index]);
          const question = asked[at];
          if (question !== undefined) {
            const smallest = await shrink(world, async (smaller) => {
              const [again] = ours(smaller.manifests, [question], cni);
              return again === mine[at] && (await theirs(smaller, [question]))[0] === other[at];
            });
            throw new Error(describeCase(family, seed, question, String(mine[at]), smallest));
          }
          compared += mine.length;
          unanswered += mine.filter((answer) => answer === 'undecided').length;
        }
        expect(compared).toBeGreaterThan(SEEDS * 10);
        // All addresses are known. What stays open are rules on source ports, which only the engine's packet has, and
        // whether a host-network pod shares a node with the other end: for the engine it never does.
        expect(unanswered / compared).toBeLessThan(0.1);
      },
      20 * MINUTES,
    );
  });
});

function evaluatorAnswers(
  manifests: readonly Manifest[],
  asked: readonly Question[],
  cni: 'kubernetes' | 'calico',
): Answers {
  const judge = openEvaluator(manifests, { cni });
  if (judge.problems.length > 0)
    throw new Error(`the engine accepts what we refuse: ${judge.problems.join('\n')}`);
  return asked.map(({ packet }) => judge.verdict(packet));
}

function oracleAnswers(
  manifests: readonly Manifest[],
  asked: readonly Question[],
  cni: 'kubernetes' | 'calico',
): Answers {
  return asked.map(({ packet }) => verdict(manifests, packet, { cni }, 'exact'));
}

/** Leaves out one object after the other for as long as the two still disagree in the same way. */
async function shrink(
  world: SettledWorld,
  fails: (world: SettledWorld) => Promise<boolean>,
): Promise<SettledWorld> {
  let smallest = world;
  for (const manifest of [...world.manifests].reverse()) {
    const smaller = { ...smallest, manifests: smallest.manifests.filter((other) => other !== manifest) };
    // Without a pod that the packet names, or a tier that a policy names, nobody has an answer.
    if (await fails(smaller).catch(() => false)) smallest = smaller;
  }
  return smallest;
}

function describeCase(
  family: Family,
  seed: number,
  { asked }: Question,
  ours: string,
  { manifests }: SettledWorld,
): string {
  return [
    `family ${family}, seed ${String(seed)}: packet ${JSON.stringify(asked)}: we say ${ours}, the engine does not`,
    ...manifests.map((manifest) => JSON.stringify(manifest)),
  ].join('\n');
}
