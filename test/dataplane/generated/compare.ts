import type { Manifest } from '../../oracle/manifest';
import { candidates } from '../../oracle/shrink';
import type { Manifest as WireManifest, Probe, ProbeResult, Refusal } from '../protocol';
import { evaluatorOf, type Ours } from './evaluator';
import type { Opponent } from './opponent';
import type { Question, Questions } from './probes';
import type { SeatedCluster } from './seats';

/** A running engine, as far as generated clusters need one. */
export interface RunningEngine {
  cluster(objects: readonly WireManifest[], outside: readonly string[]): Promise<readonly Refusal[]>;
  probe(probes: readonly Probe[]): Promise<readonly ProbeResult[]>;
}

/** What came of one cluster. */
export interface Comparison {
  /** Packets on which the evaluator has an answer, and the engine gave the same. */
  readonly agreed: number;
  /** Packets that the evaluator leaves open as manifests do (evaluator.ts). */
  readonly open: number;
  readonly allowed: number;
  readonly differing: readonly Difference[];
}

export interface Difference {
  readonly question: Question;
  /** `unexplained`: it leaves the packet open, and manifests do not. */
  readonly ours: Exclude<Ours, 'open'>;
  readonly theirs: string;
}

const MOST_STEPS = 800;

/**
 * Sends every packet and compares what became of it with what the evaluator says. Throws when the engine refuses an
 * object or cannot tell what became of a packet: both are for somebody to look at, and no verdicts.
 */
export async function compare(
  engine: RunningEngine,
  opponent: Opponent,
  cluster: SeatedCluster,
  { questions, outside }: Questions,
): Promise<Comparison> {
  const evaluator = evaluatorOf(cluster, opponent.cni);
  const refused = await engine.cluster(opponent.objects(cluster), outside);
  if (refused.length > 0 || evaluator.problems.length > 0)
    throw new Error(
      `refused: by the engine ${JSON.stringify(refused)}, by us ${evaluator.problems.join('; ')}`,
    );
  const results = await answers(
    engine,
    questions.map(({ probe }) => probe),
  );
  const judged = questions.map((question, index) => ({
    question,
    ours: evaluator.verdict(question),
    theirs: theirVerdict(results[index]),
  }));
  const decided = judged.flatMap(({ ours, ...rest }) => (ours === 'open' ? [] : [{ ours, ...rest }]));
  const differing = decided.filter(({ ours, theirs }) => ours !== theirs);
  return {
    agreed: decided.length - differing.length,
    open: judged.length - decided.length,
    allowed: judged.filter(({ theirs }) => theirs === 'allow').length,
    differing,
  };
}

/**
 * What became of each packet. Silence is no verdict, as both engines refuse aloud, and a busy machine loses packets: what
 * nobody answered, or can tell anything of, is told and sent once more, and that answer counts. A refusal that was heard
 * counts at once, and so does a packet that arrived.
 */
async function answers(engine: RunningEngine, probes: readonly Probe[]): Promise<readonly ProbeResult[]> {
  const first = await engine.probe(probes);
  const lost = probes.filter((_, index) => isUnclear(first[index]));
  const second = lost.length === 0 ? [] : await engine.probe(lost);
  const found = new Map(lost.map((probe, index) => [probe, second[index]]));
  for (const [probe, again] of found)
    process.stderr.write(`sent again, ${theirVerdict(again)} then: ${JSON.stringify(probe)}\n`);
  return first.map((result, index) => found.get(probes[index] ?? NOBODY) ?? result);
}

function isUnclear(result: ProbeResult | undefined): boolean {
  return result?.verdict === 'error' || result?.reason?.includes('nothing came back') === true;
}

const NOBODY: Probe = { from: '', to: '', protocol: 0, port: 0 };

function theirVerdict(result: ProbeResult | undefined): string {
  if (result === undefined) return 'no answer';
  return result.verdict === 'error' ? `error: ${result.reason ?? ''}` : result.verdict;
}

/** The smallest cluster found on which the engine and the evaluator still differ in the same way. */
export async function smallest(
  engine: RunningEngine,
  opponent: Opponent,
  cluster: SeatedCluster,
  { question, ours, theirs }: Difference,
): Promise<SeatedCluster> {
  const fails = async (smaller: SeatedCluster): Promise<boolean> => {
    try {
      const outside = [question.probe.from, question.probe.to].filter((ip) => !isPodOf(smaller, ip));
      // From nothing each time: no rule takes the place of another (see `renamed` in opponent.ts).
      await engine.cluster(opponent.objects(withoutPolicies(smaller)), outside);
      const { differing } = await compare(engine, opponent, smaller, { questions: [question], outside });
      return differing.some((one) => one.ours === ours && one.theirs === theirs);
    } catch {
      // Without what a policy or the packet names, nobody has an answer.
      return false;
    }
  };
  let best = cluster;
  let steps = 0;
  search: while (steps < MOST_STEPS) {
    for (const manifests of candidates(best.manifests)) {
      if (++steps > MOST_STEPS) break search;
      const smaller = { ...best, manifests };
      if (!(await fails(smaller))) continue;
      best = smaller;
      continue search;
    }
    break;
  }
  return best;
}

function withoutPolicies(cluster: SeatedCluster): SeatedCluster {
  return { ...cluster, manifests: cluster.manifests.filter(({ kind }) => !kind.endsWith('Policy')) };
}

function isPodOf({ manifests }: SeatedCluster, address: string): boolean {
  return manifests.some(
    (one: Manifest) =>
      one.kind === 'Pod' &&
      one.spec.hostNetwork !== true &&
      (one.status?.podIPs ?? []).some(({ ip }) => ip === address),
  );
}

/** A message for people: the packet, both verdicts, the smallest cluster, and how to run it again. */
export function report(
  again: string,
  { question: { probe }, ours, theirs }: Difference,
  { manifests, addressing }: SeatedCluster,
): string {
  return [
    again,
    `packet     ${JSON.stringify(probe)} (${addressing})`,
    `evaluator  ${ours}`,
    `engine     ${theirs}`,
    ...manifests.map((manifest) => JSON.stringify(manifest)),
  ].join('\n');
}
